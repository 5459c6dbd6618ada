import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { it } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { evidenceIn } from "../operations/evidence";
import { password, Shop } from "./shop";
import { type TryOut, docker, tryOut, until } from "./try-out";

const limits = { timeout: 300_000 };
const STATE = "/var/lib/tidemark-keeper";

interface Run {
  name: string;
  ok: boolean;
  tries: number;
  missed?: boolean;
  said: string[];
  at: number;
}

interface History {
  since: number;
  runs: Run[];
  told: Record<string, { text: string }>;
}

const plan = (...jobs: object[]): object => ({
  ...{ stack: "shop", heartbeat: 1, behind: 60, zone: "UTC", pauses: [1, 1], told: '{"text":"@@"}' },
  jobs: jobs.map((job) => ({ limit: 60, ...job })),
});
const past = (hours: number): object => ({
  ...{ since: Math.floor(Date.now() / 1000) - hours * 3600, last: {}, well: {}, runs: [], told: {} },
});

async function history(its: TryOut, keeper: string): Promise<History> {
  const { code, output } = await its.inside(keeper, ["cat", `${STATE}/history.json`]);
  assert.equal(code, 0, output);
  return JSON.parse(output) as History;
}

async function ran(its: TryOut, keeper: string, name: string, count = 1): Promise<Run[]> {
  return until(`${name} ran ${count} times`, 60_000, async () => {
    const runs = (await history(its, keeper)).runs.filter((run) => run.name === name);
    return runs.length >= count && runs;
  });
}

it("knows when work is due, on days of 23 and of 25 hours too", limits, () =>
  tryOut("keeper", async (its) => {
    const due = async (words: string, zone: string, now: string): Promise<string> => {
      const program = 'print POSIX::strftime("%FT%TZ", gmtime When::last_due(@ARGV))';
      const perl = ["perl", "-I/usr/local/lib/tidemark", "-MWhen", "-MPOSIX", "-e", program];
      const { code, output } = await its.run([], [...perl, words, zone, String(Date.parse(now) / 1000)]);
      assert.equal(code, 0, output);
      return output.trim();
    };
    const zurich = "Europe/Zurich";
    const cases: [words: string, zone: string, now: string, due: string][] = [
      ["every 4h", "UTC", "2026-11-18T11:06:40Z", "2026-11-18T08:00:00Z"],
      ["daily 02:30", zurich, "2026-11-18T11:06:40Z", "2026-11-18T01:30:00Z"],
      ["sunday 02:00", "America/New_York", "2026-11-18T11:06:40Z", "2026-11-15T07:00:00Z"],
      ["monthly 31 03:00", "UTC", "2026-11-18T11:06:40Z", "2026-10-31T03:00:00Z"],
      // 02:30 is not there on that day, and yet it is done once.
      ["daily 02:30", zurich, "2026-03-29T01:00:00Z", "2026-03-28T01:30:00Z"],
      ["daily 02:30", zurich, "2026-03-29T01:45:00Z", "2026-03-29T01:30:00Z"],
      ["daily 02:30", zurich, "2026-03-29T09:00:00Z", "2026-03-29T01:30:00Z"],
      // And twice on this one.
      ["daily 02:30", zurich, "2026-10-25T03:43:20Z", "2026-10-25T01:30:00Z"],
      ["daily 02:30", zurich, "2026-10-25T23:00:00Z", "2026-10-25T01:30:00Z"],
    ];
    for (const [words, zone, now, wanted] of cases)
      assert.equal(await due(words, zone, now), wanted, `${words} ${now}`);
  }),
);

it("does what it missed once, one thing at a time, and notes it whoever kills it", limits, () =>
  tryOut("keeper", async (its) => {
    const shop = await Shop.open(its);
    const trace = (name: string) => [
      "sh",
      "-c",
      `echo in ${name} >> ${STATE}/trace; sleep 1; echo out ${name} >> ${STATE}/trace`,
    ];
    const all = plan(
      { name: "one", when: "every 1h", command: trace("one") },
      { name: "two", when: "every 1h", command: trace("two") },
      { name: "slow", when: "every 1h", command: ["sleep", "30"] },
    );
    const keeper = await shop.keeper(all, past(48));
    const [one] = await ran(its, keeper, "one");
    await ran(its, keeper, "two");
    assert.deepEqual([one?.ok, one?.missed, one?.tries], [true, true, 1]);
    assert.equal(await shop.onState("cat /v/trace"), "in one\nout one\nin two\nout two");
    const waiting = its.inside(keeper, ["tidemark-keeper", "alone", "echo", "alone"]);
    await docker(["kill", keeper]);
    await waiting.catch(() => undefined);
    const next = await shop.keeper(all);
    await until("it goes on", 20_000, async () => (await its.tellTale(next)).includes("slow: "));
    assert.deepEqual(
      (await history(its, next)).runs.map(({ name }) => name),
      ["two", "one"],
      "what was done is not done again, and what was not is not noted",
    );
    await docker(["kill", next]);
    const { code, output } = await its.run(
      ["--volume", `${shop.stateVolume}:${STATE}`],
      ["tidemark-keeper", "alone", "echo", "alone at last"],
    );
    assert.equal(code, 0, output);
    assert.match(output, /alone at last/);
  }),
);

it("tries again what fails, then tells it once, and once more when it is over", limits, () =>
  tryOut("keeper", async (its) => {
    const told: string[] = [];
    const server = createServer((request, response) => {
      request.setEncoding("utf8");
      request.on("data", (chunk: string) => told.push((JSON.parse(chunk) as { text: string }).text));
      request.on("end", () => response.end());
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    try {
      const shop = await Shop.open(its);
      const { port } = server.address() as AddressInfo;
      await shop.write("webhook", `url = "http://127.0.0.1:${port}/hook-4b1d"\n`);
      const check = ["sh", "-c", `test -e ${STATE}/mended || { echo 'no "room"'; exit 3; }`];
      const keeper = await shop.keeper(plan({ name: "odd", when: "every 20s", command: check }), past(1));
      const runs = await ran(its, keeper, "odd", 3);
      assert.deepEqual(runs.map(({ tries }) => tries).slice(-3), [3, 2, 1]);
      await until("it is told", 10_000, async () => Promise.resolve(told.length > 0));
      await shop.onState("touch /v/mended");
      await until("it is told that it is over", 60_000, async () => Promise.resolve(told.length > 1));
      assert.deepEqual(told, ['odd failed 3 times: no "room"', "odd succeeds again"]);
      assert.deepEqual((await history(its, keeper)).told, {});
      assert.doesNotMatch(await its.tellTale(keeper), /hook-4b1d/);
    } finally {
      server.close();
    }
  }),
);

it("keeps the archive of an idle database near it, and tells when the archive takes nothing", limits, () =>
  tryOut("keeper", async (its) => {
    const shop = await Shop.open(its, { archiveTimeout: "2s" });
    const last = (): Promise<string> => shop.sql("select coalesce(last_archived_wal, '') from pg_stat_archiver");
    const idle = await last();
    await pause(6_000);
    assert.equal(await last(), idle, "without the keeper nothing comes");
    const keeper = await shop.keeper({ ...plan(), behind: 1 });
    await until("the archive goes on", 20_000, async () => (await last()) > idle);
    await shop.inRepository("mv /v/archive /v/archive.away");
    await until("it is known", 60_000, async () => (await history(its, keeper)).told.archive !== undefined);
    const { output } = await its.inside(keeper, ["tidemark-keeper", "status"]);
    const status = JSON.parse(output) as { archive: { waiting: number }; told: string[]; free: { data: number } };
    assert.ok(status.archive.waiting > 0);
    assert.match(status.told.join(), /files of changes wait to be archived/);
    assert.ok(status.free.data > 0);
    await shop.inRepository("rm -rf /v/archive && mv /v/archive.away /v/archive");
    await until("it is over", 60_000, async () => (await history(its, keeper)).told.archive === undefined);
    const metrics = (await its.inside(keeper, ["tidemark-keeper", "metrics"])).output;
    assert.match(metrics, /^tidemark_database_reached\{stack="shop"\} 1$/m);
    assert.match(metrics, /^tidemark_archive_waiting_files\{stack="shop"\} \d+$/m);
    assert.doesNotMatch(metrics + (await its.tellTale(keeper)), new RegExp(password));
  }),
);

it("drills from the repository alone, leaves evidence, and finds what is damaged", limits, () =>
  tryOut("keeper", async (its) => {
    const shop = await Shop.open(its);
    await shop.order(1);
    await shop.order(2);
    const command = ["tidemark-archive", "drill", "shop", "/run/secrets/superuser", `${STATE}/drill`];
    const keeper = await shop.keeper(plan({ name: "drill", when: "every 1h", command }), past(3));
    const [drill] = await ran(its, keeper, "drill");
    assert.ok(drill?.ok, drill?.said.join("\n"));
    assert.equal(await shop.onState("ls -A /v | grep drill || true"), "");
    const evidence = async (): Promise<Evidence[]> =>
      evidenceIn<{ drills: Evidence[] }>((await shop.archive("drills", "shop")).output.split("\n"))?.drills ?? [];
    const [first] = await evidence();
    assert.deepEqual([first?.ok, first?.rows, first?.tables, first?.from], [true, 2, 1, 1]);
    assert.ok(first && first.rto >= 0 && first.rpo >= 0 && first.rpo < 120, JSON.stringify(first));
    assert.match(first.counts, /^[0-9a-f]{64}$/);
    assert.match(first.versions.pgbackrest ?? "", /^2\./);

    await shop.inRepository(
      "cd /v/backup/shop-g1/*F/bundle && size=$(stat -c %s 1) && " +
        "printf X | dd of=1 bs=1 seek=$((size / 2)) conv=notrunc 2>/dev/null",
    );
    const failed = await shop.archive("drill", "shop", "/run/secrets/superuser", `${STATE}/drill`);
    assert.equal(failed.code, 78, failed.output);
    const [newest, ...others] = await evidence();
    assert.equal(newest?.ok, false);
    assert.ok((newest?.why ?? []).length > 0);
    assert.equal(others.length, 1);
    assert.equal(await shop.orders(), "1,2", "the live one serves on");
  }),
);

it("begins no backup for which there is no room", limits, () =>
  tryOut("keeper", async (its) => {
    const shop = await Shop.open(its, { repositoryBytes: 90 * 2 ** 20 });
    const small = await shop.archive("backup", "full", "shop", "1", "/run/secrets/password");
    assert.equal(small.code, 0, small.output);
    await shop.inRepository("head -c 60M /dev/zero > /v/filler");
    const refused = await shop.archive("backup", "full", "shop", "1", "/run/secrets/password");
    assert.equal(refused.code, 78, refused.output);
    assert.match(
      refused.output,
      /into volume: it needs about \d+ bytes, and \d+ are free on its disk; nothing was begun/,
    );
  }),
);

interface Evidence {
  ok: boolean;
  rows: number;
  tables: number;
  from: number;
  rto: number;
  rpo: number;
  counts: string;
  versions: Record<string, string>;
  why?: string[];
}
