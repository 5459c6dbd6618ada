import assert from "node:assert/strict";
import { it } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { evidenceIn } from "../operations/evidence";
import { key, password, Shop } from "./shop";
import { type Outcome, tryOut } from "./try-out";

const limits = { timeout: 300_000 };

const evidence = <T>({ output }: Outcome): T => evidenceIn<T>(output.split("\n"))!;

it("has the newest order after the database was killed and its volume is gone", limits, () =>
  tryOut("keeper", async (its) => {
    const shop = await Shop.open(its);
    await shop.order(1);
    await shop.order(2);
    await shop.kill();
    const restored = await shop.restore(2, "latest");
    assert.equal(restored.code, 0, restored.output);
    assert.deepEqual(pick(evidence(restored)), { from: 1, rows: 2, tables: 1 });
    await shop.serve(2);
    assert.equal(await shop.orders(), "1,2");
  }),
);

it("takes a live one over to its last row, and lets its users in with the passwords of today", limits, () =>
  tryOut("keeper", async (its) => {
    const shop = await Shop.open(its);
    await shop.sql("create role app login password 'of-yesterday'; grant all on orders to app");
    await shop.order(1);
    const begun = await shop.begin(2, "latest");
    assert.equal(begun.code, 0, begun.output);
    assert.doesNotMatch(await shop.files(2), /tidemark-generation/);
    const sleeping = shop.as("app", "of-yesterday", "select pg_sleep(120)");
    for (const id of [2, 3]) {
      const { code, output } = await shop.as("app", "of-yesterday", `insert into orders values (${id})`);
      assert.equal(code, 0, output);
    }

    const closed = await shop.archive("close", "/run/secrets/password");
    assert.equal(closed.code, 0, closed.output);
    assert.notEqual((await sleeping).code, 0);
    assert.match((await shop.as("app", "of-yesterday", "select 1")).output, /too many connections for role "app"/);
    assert.equal(await shop.orders(), "1,2,3");

    const taken = await shop.archive("finish", "shop", "2", "/run/secrets/password", "again");
    assert.equal(taken.code, 0, taken.output);
    assert.equal(evidence<{ rows: number }>(taken).rows, 3);
    await shop.serve(2);
    assert.notEqual((await shop.as("app", "of-yesterday", "select 1")).code, 0);
    await shop.write("roles", "app login of-today\nnobody as-it-is of-nothing\n");
    const opened = await shop.at(2, "open", "/run/secrets/password", "/run/secrets/roles");
    assert.equal(opened.code, 0, opened.output);
    assert.equal((await shop.as("app", "of-today", "select count(*) from orders")).output.trim(), "3");
    await shop.order(4);

    const again = await shop.archive("finish", "shop", "2", "/run/secrets/password", "again");
    assert.deepEqual(evidence(again), { finished: false });
    assert.equal(await shop.orders(), "1,2,3,4");
    const first = await shop.archive("first", "shop", "2", "/run/secrets/password");
    assert.equal(evidence<{ kind: string }>(first).kind, "full");
  }),
);

it("goes to a moment, back, and on from there, and the newest is always that of the live one", limits, () =>
  tryOut("keeper", async (its) => {
    const shop = await Shop.open(its);
    await shop.order(1);
    await pause(1_100);
    const between = await shop.sql(`select to_char(now() at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')`);
    await pause(1_100);
    await shop.order(2);
    const point = await shop.restore(2, "time", between);
    assert.equal(point.code, 0, point.output);
    await shop.serve(2);
    assert.equal(await shop.orders(), "1");
    await shop.order(20);
    const again = await shop.archive("backup", "full", "shop", "2", "/run/secrets/password");
    assert.equal(again.code, 0, again.output);

    await shop.serve(1);
    assert.equal(await shop.orders(), "1,2");
    await pause(1_100);
    await shop.order(3);
    const newest = await shop.restore(3, "latest");
    assert.equal(newest.code, 0, newest.output);
    await shop.serve(3);
    assert.equal(await shop.orders(), "1,2,3");
    await shop.order(4);
    const first = await shop.archive("first", "shop", "3", "/run/secrets/password");
    assert.equal(first.code, 0, first.output);
    const { output } = await shop.archive("list", "shop");
    const { backups } = evidence<{ backups: { generation: number; kind: string }[] }>({ code: 0, output });
    assert.deepEqual([...new Set(backups.map(({ generation }) => generation))].sort(), [1, 2, 3]);
  }),
);

it("goes to a mark by its name and place, though a backup was made after it", limits, () =>
  tryOut("keeper", async (its) => {
    const shop = await Shop.open(its);
    await shop.order(1);
    const lsn = await shop.sql("select pg_create_restore_point('end-of-1.0.0-2')");
    await shop.order(2);
    const later = await shop.archive("backup", "incr", "shop", "1", "/run/secrets/password");
    assert.equal(later.code, 0, later.output);
    const restored = await shop.restore(2, "mark", "end-of-1.0.0-2", lsn);
    assert.equal(restored.code, 0, restored.output);
    await shop.serve(2);
    assert.equal(await shop.orders(), "1");
  }),
);

it(
  "marks nothing as a generation when the backup is damaged, the key is another or there is no such point",
  limits,
  () =>
    tryOut("keeper", async (its) => {
      const shop = await Shop.open(its);
      await shop.order(1);
      await shop.order(2);
      const label = evidence<{ backups: { label: string }[] }>(await shop.archive("list", "shop")).backups[0]!.label;

      await shop.withKey("another-key");
      const locked = await shop.restore(2, "latest");
      assert.equal(locked.code, 78, locked.output);
      assert.match(locked.output, /The repository cannot be read[\s\S]*TIDEMARK_KEY/);
      await shop.withKey(key);

      const future = await shop.restore(2, "time", "2099-01-01T00:00:00Z");
      assert.match(future.output, /2099-01-01T00:00:00Z has not come yet/);
      const early = await shop.restore(2, "time", "2001-01-01T00:00:00Z");
      assert.match(early.output, /No backup is older than 2001-01-01T00:00:00Z\n {2}generation 1: from /);
      assert.match(
        (await shop.restore(2, "backup", "20010101-000000F")).output,
        new RegExp(`There is no backup[^]*${label}`),
      );
      assert.equal(await shop.files(2), "");

      await shop.inRepository(
        `f=$(ls /v/backup/shop-g1/${label}/bundle/1) && cd /v/backup/shop-g1/${label}/bundle && ` +
          `size=$(stat -c %s 1) && printf X | dd of=1 bs=1 seek=$((size / 2)) conv=notrunc 2>/dev/null && test -n "$f"`,
      );
      const damaged = await shop.restore(2, "latest");
      assert.equal(damaged.code, 78, damaged.output);
      assert.match(damaged.output, /Generation 2 of shop was not restored/);
      assert.doesNotMatch(await shop.files(2), /tidemark-generation/);

      const whole = await shop.archive("backup", "full", "shop", "1", "/run/secrets/password");
      assert.equal(whole.code, 0, whole.output);
      const second = await shop.restore(2, "latest");
      assert.equal(second.code, 0, second.output);
      await shop.serve(2);
      assert.equal(await shop.orders(), "1,2");
    }),
);

it("does not take a missing segment for the end of all", limits, () =>
  tryOut("keeper", async (its) => {
    const shop = await Shop.open(its);
    await shop.order(1);
    await shop.order(2);
    await shop.order(3);
    await shop.inRepository("cd /v/archive/shop-g1/17-1/*/ && rm $(ls *.zst | sort | tail -2 | head -1)");
    const restored = await shop.restore(2, "latest");
    assert.equal(restored.code, 78, restored.output);
    assert.match(restored.output, /later changes, but the segment after [0-9A-F/]+ is missing/);
    assert.doesNotMatch(await shop.files(2), /tidemark-generation/);
  }),
);

it("deletes no backups of a generation that it did not make itself", limits, () =>
  tryOut("keeper", async (its) => {
    const shop = await Shop.open(its);
    await shop.order(1);
    const label = evidence<{ backups: { label: string }[] }>(await shop.archive("list", "shop")).backups[0]!.label;
    assert.equal((await shop.restore(2, "backup", label)).code, 0);
    const before = await shop.inRepository("ls /v/backup/shop-g2 | sort");
    await shop.forgetVolume(2);
    const refused = await shop.restore(2, "backup", label);
    assert.equal(refused.code, 78, refused.output);
    assert.match(
      refused.output,
      /Generation 2 of shop has backups in the repository already[\s\S]*database\.generation: 3/,
    );
    assert.equal(await shop.inRepository("ls /v/backup/shop-g2 | sort"), before);
    assert.equal((await shop.restore(3, "backup", label)).code, 0);
  }),
);

it("says neither the password nor the key", limits, () =>
  tryOut("keeper", async (its) => {
    const shop = await Shop.open(its);
    await shop.order(1);
    const { output } = await shop.restore(2, "latest");
    assert.doesNotMatch(output, new RegExp(`${password}|${key}`));
  }),
);

function pick({ from, rows, tables }: { from: number; rows: number; tables: number }): object {
  return { from, rows, tables };
}
