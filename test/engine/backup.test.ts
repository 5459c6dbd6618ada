import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import * as path from "node:path";
import { after, before, describe, it } from "node:test";
import { Passwords } from "../../components/data/passwords";
import type { Backup } from "../../operations/archive";
import { inspect } from "../../operations/docker";
import { rows } from "./database";
import { eventually } from "./eventually";
import { leftOver } from "./left-over";
import { end, says } from "./says";
import { Stack } from "./stack";
import { Visitor } from "./visitor";

describe("a stack that is backed up", { timeout: 600_000 }, () => {
  let stack: Stack;
  let visitor: Visitor;
  before(async () => {
    stack = await Stack.fresh("backup", { backup: { behind: "20s" } });
    await stack.up();
    visitor = new Visitor(stack.url);
  });
  after(async () => {
    await stack.down();
    assert.deepEqual(await leftOver(stack.docker, stack.prefix), []);
  });

  it("has its first full backup, and nothing to change", async () => {
    const [first, ...others] = await listed();
    assert.deepEqual(
      { ...first, label: "", stopped: "", bytes: 0, stored: 0 },
      {
        ...{ generation: 1, repository: "volume", kind: "full", label: "", stopped: "", bytes: 0, stored: 0 },
      },
    );
    assert.deepEqual(others, []);
    assert.deepEqual(await stack.preview(), []);
  });

  it("sends what a visitor writes to the archive by itself", async (context) => {
    const order = { key: "archived", customer: "Ada", item: "Assam", quantity: 1 };
    assert.equal((await visitor.post("/api/orders/", order)).status, 201);
    const [{ segment } = { segment: "" }] = await rows<{ segment: string }>(
      stack,
      "SELECT pg_walfile_name(pg_current_wal_lsn()) AS segment",
    );
    const started = Date.now();
    await eventually(
      "the order is in the archive",
      async () => {
        const query =
          "SELECT coalesce(last_archived_wal, '') AS last, failed_count::int AS failed FROM pg_stat_archiver";
        const [its] = await rows<{ last: string }>(stack, query);
        return its && its.last >= segment ? true : undefined;
      },
      60_000,
    );
    context.diagnostic(`archived after ${((Date.now() - started) / 1000).toFixed(1)} s`);
  });

  it("makes another backup when it is told to, and lists it first", async () => {
    const { exitCode, said } = await stack.tidemark(["backup", "now"]);
    assert.equal(exitCode, 0, end(said));
    says(said, /^\d{8}-\d{6}F_\d{8}-\d{6}I \(incr\): .* of which .* were new$/m);
    assert.deepEqual(
      (await listed()).map(({ kind }) => kind),
      ["incr", "full"],
    );
    says(said, /^[0-9a-f]{8} \(uploads\): \d+ files, .* were new$/m);
    const table = (await stack.tidemark(["backups"])).said;
    says(table, /^1 +\d{8}-\d{6}F_\d{8}-\d{6}I +volume +incr /m);
    says(table, /^generation +uploads +in +taken /m);
  });

  it("drills, and tells in status how old what is", async () => {
    const { exitCode, said } = await stack.tidemark(["drill"]);
    assert.equal(exitCode, 0, end(said));
    says(said, /^proven: \d+ rows in \d+ tables came back in .* before$/m);
    const status = await stack.tidemark(["status"]);
    assert.equal(status.exitCode, 0, status.said);
    says(status.said, /^backups: full none by the plan yet, .*; the archive goes on/m);
    says(status.said, /^RED: the backups lie on the database's own disk alone/m);
  });

  it("gives files of the data and of the uploads, and says what belongs in a safe", async () => {
    const { exitCode, said } = await stack.tidemark(["export", "--format", "plain", "--uploads", "--to", "files"]);
    assert.equal(exitCode, 0, end(said));
    const [sql = "", tar = ""] = (await readdir(path.join(stack.folder, "files"))).sort();
    assert.match(sql, /^shop-backup-\d{8}-\d{6}\.sql$/);
    assert.match(tar, /\.uploads\.tar$/);
    assert.match(await readFile(path.join(stack.folder, "files", sql), "utf8"), /COPY public\.orders_order /);
    const kit = await stack.tidemark(["recovery-kit"]);
    assert.equal(kit.exitCode, 0, end(kit.said));
    says(kit.said, /RED: the backups lie on the server alone/);
    assert.ok(!kit.said.includes(stack.key));
  });

  it("shows the repository's key to nobody", async () => {
    const key = new Passwords(stack.key, stack.prefix).of("archive");
    const [services, logs] = await Promise.all([
      inspect(stack.docker, "service", [`${stack.prefix}-postgres`]),
      stack.docker(["service", "logs", `${stack.prefix}-postgres`], { all: true }),
    ]);
    const { said: state } = await stack.pulumi(["stack", "export", "--stack", stack.name]);
    for (const text of [JSON.stringify(services), logs, state, await stack.stateFile()]) assert.ok(!text.includes(key));
  });

  async function listed(): Promise<Backup[]> {
    const { exitCode, said, answer } = await stack.tidemark(["backups", "--json"]);
    assert.equal(exitCode, 0, end(said));
    return (JSON.parse(answer) as { database: Backup[] }).database;
  }
});
