import assert from "node:assert/strict";
import { it } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { evidenceIn } from "../operations/evidence";
import { type Outcome, type TryOut, docker, tryOut, until } from "./try-out";

const limits = { timeout: 300_000 };
const password = "archive-password-71f0";
const key = "repository-key-71f1";
const pgbackrest = (stanza: string): string =>
  `pgbackrest --config=/run/secrets/archive --stanza=${stanza} --pg1-path=/var/lib/postgresql/data/pgdata archive-push "%p"`;

/** pgBackRest's configuration, as a stack's secret holds it. */
const configuration = (its: string): string => `[global]
repo1-path=/var/lib/pgbackrest
repo1-cipher-type=aes-256-cbc
repo1-cipher-pass=${its}
repo1-retention-full=4
repo1-bundle=y
repo1-block=y
compress-type=zst
log-level-console=warn
log-level-file=off
lock-path=/tmp/pgbackrest
spool-path=/tmp/pgbackrest
start-fast=y
`;

/** A database whose every order is a row, and its repository. */
class Shop {
  private constructor(
    private readonly its: TryOut,
    private readonly repository: string,
    private readonly secrets: string,
    private readonly sockets: string,
    private readonly volumes = new Map<number, string>(),
    private server = "",
  ) {}

  static async open(its: TryOut): Promise<Shop> {
    const secrets = await its.secret("password", password);
    await its.onVolume(secrets, "cat > /v/archive", configuration(key));
    const shop = new Shop(its, await its.volume(), secrets, await its.volume());
    const volume = await shop.volumeOf(1);
    const made = await its.run(
      [...shop.mounts(volume), "--user", "0"],
      ["tidemark-postgres", "initialise", "shop", "1", "/run/secrets/password"],
    );
    assert.equal(made.code, 0, made.output);
    await shop.serve(1);
    await shop.sql("create table orders (id int primary key, note text)");
    const first = await shop.archive("first", "shop", "1", "/run/secrets/password");
    assert.equal(first.code, 0, first.output);
    return shop;
  }

  /** Runs the server of a generation, in the place of the one that ran. */
  async serve(generation: number): Promise<void> {
    if (this.server) await docker(["stop", "--time", "30", this.server]);
    const settings = [
      "archive_mode = 'on'",
      `archive_command = '${pgbackrest(`shop-g${generation}`)}'`,
      "archive_timeout = '30s'",
    ];
    const etc = await this.its.secret("postgresql.conf", `${settings.join("\n")}\n`);
    const flags = [...this.mounts(await this.volumeOf(generation)), "--volume", `${etc}:/etc/tidemark:ro`];
    this.server = await this.its.start(flags, ["tidemark-postgres", "serve", "shop", String(generation)]);
    const check = ["tidemark-postgres", "healthcheck", "/run/secrets/password"];
    await until("a healthy server", 30_000, async () => (await this.its.inside(this.server, check)).code === 0);
  }

  async sql(text: string): Promise<string> {
    const psql = ["psql", "-h", "/var/run/postgresql", "-U", "tidemark", "-d", "postgres", "-AtwX", "-c", text];
    const { code, output } = await this.its.inside(this.server, psql, ["--env", `PGPASSWORD=${password}`]);
    assert.equal(code, 0, output);
    return output.trim();
  }

  /** An order, on its way to the repository before this returns. */
  async order(id: number): Promise<void> {
    await this.sql(`insert into orders values (${id}, 'order ${id}')`);
    const segment = await this.sql("select pg_walfile_name(pg_switch_wal())");
    await until(`${segment} in the repository`, 30_000, async () => {
      const last = await this.sql("select coalesce(last_archived_wal, '') from pg_stat_archiver");
      return last.slice(-16) >= segment.slice(-16);
    });
  }

  orders(): Promise<string> {
    return this.sql("select string_agg(id::text, ',' order by id) from orders");
  }

  async at(generation: number, ...command: string[]): Promise<Outcome> {
    return this.job(await this.volumeOf(generation), command);
  }

  async archive(...command: string[]): Promise<Outcome> {
    const generation = command.find((word) => /^\d+$/.test(word)) ?? "1";
    return this.job(await this.volumeOf(Number(generation)), command);
  }

  /** Fills the volume of another generation; whose server is gone, so nothing more comes of the latest. */
  async restore(generation: number, ...target: string[]): Promise<Outcome> {
    const restored = await this.begin(generation, ...target);
    if (target[0] === "latest" && restored.code === 0) {
      const finished = await this.archive("finish", "shop", String(generation), "/run/secrets/password");
      assert.equal(finished.code, 0, finished.output);
    }
    return restored;
  }

  async begin(generation: number, ...target: string[]): Promise<Outcome> {
    const command = ["restore", "shop", String(generation), "/run/secrets/password", ...target];
    return this.job(await this.volumeOf(generation), command);
  }

  /** As one of the application's roles. */
  async as(role: string, its: string, text: string): Promise<Outcome> {
    const psql = ["psql", "-h", "/var/run/postgresql", "-U", role, "-d", "postgres", "-AtwX", "-c", text];
    return this.its.inside(this.server, psql, ["--env", `PGPASSWORD=${its}`]);
  }

  async write(file: string, content: string): Promise<void> {
    await this.its.onVolume(this.secrets, `cat > /v/${file}`, content);
  }

  async inRepository(line: string): Promise<string> {
    return this.its.onVolume(this.repository, line);
  }

  async withKey(its: string): Promise<void> {
    await this.its.onVolume(this.secrets, "cat > /v/archive", configuration(its));
  }

  async kill(): Promise<void> {
    await docker(["kill", this.server]);
    await docker(["rm", "--force", this.server]);
    this.server = "";
  }

  async files(generation: number): Promise<string> {
    return this.its.onVolume(await this.volumeOf(generation), "ls -A /v");
  }

  private job(volume: string, command: string[]): Promise<Outcome> {
    return this.its.run([...this.mounts(volume), "--user", "0"], ["tidemark-archive", ...command]);
  }

  private async volumeOf(generation: number): Promise<string> {
    const volume = this.volumes.get(generation) ?? (await this.its.volume());
    this.volumes.set(generation, volume);
    return volume;
  }

  private mounts(volume: string): string[] {
    return [
      ...["--volume", `${volume}:/var/lib/postgresql/data`, "--volume", `${this.secrets}:/run/secrets:ro`],
      ...["--volume", `${this.repository}:/var/lib/pgbackrest`, "--volume", `${this.sockets}:/var/run/postgresql`],
    ];
  }
}

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
    await shop.write("roles", "app of-today\nnobody of-nothing\n");
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
