import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { execa } from "execa";
import { Passwords } from "../../components/data/passwords";
import type { Backup } from "../../operations/archive";
import { inspect } from "../../operations/docker";
import { ArgumentsSeen } from "./arguments";
import { rows } from "./database";
import { eventually } from "./eventually";
import { leftOver } from "./left-over";
import { ObjectStore } from "./object-store";
import { end, says } from "./says";
import { Stack } from "./stack";
import { tracesIn } from "./traces";
import { Visitor } from "./visitor";

const KEYS = { S3_KEY_ID: "id-of-the-bucket-key-5a71", S3_KEY: "the-bucket-key-itself-5a72" };

describe("backups in a bucket, beside those in the volume", { timeout: 1_200_000 }, () => {
  let store: ObjectStore;
  let stack: Stack;
  let visitor: Visitor;
  let seen: { text: string };
  before(async () => {
    store = await ObjectStore.open();
    await store.make("backups");
    const s3 = {
      ...{ bucket: "backups", endpoint: store.endpoint, ca: store.ca },
      ...{ keyId: "S3_KEY_ID", key: "S3_KEY" },
    };
    stack = await Stack.fresh("in-a-bucket", { backup: { behind: "20s", s3 } }, KEYS);
    const watch = new ArgumentsSeen();
    try {
      await stack.up();
    } finally {
      seen = watch.stop();
    }
    visitor = new Visitor(stack.url);
  });
  after(async () => {
    await stack.down();
    await store.close();
    assert.deepEqual(await leftOver(stack.docker, stack.prefix), []);
  });

  it("are made in both, and listed with where they lie", async () => {
    assert.deepEqual(await kinds(), ["s3 full", "volume full"]);
    await tidemark("backup", "now");
    assert.deepEqual(await kinds(), ["s3 full", "s3 incr", "volume full", "volume incr"]);
  });

  it("tell no key to whoever looks at Docker, the state, at the logs or at the processes", async () => {
    const keys = [...Object.values(KEYS), stack.key, new Passwords(stack.key, stack.prefix).of("archive")];
    const objects = await stack.objects();
    const told = await Promise.all(
      Object.entries(objects).map(async ([kind, ids]) => JSON.stringify(await inspect(stack.docker, kind, ids))),
    );
    const logs = await Promise.all(
      objects.container.map((id) => execa("docker", ["logs", id], { all: true }).then(({ all }) => all)),
    );
    const { said: state } = await stack.pulumi(["stack", "export", "--stack", stack.name]);
    for (const text of [...told, ...logs, state, seen.text]) assert.deepEqual(tracesIn(text, keys), []);
    const [database = ""] = await stack.containers("postgres");
    const file = await stack.docker(["exec", database, "cat", "/run/secrets/archive"]);
    assert.equal(tracesIn(file, keys).length, keys.length - 1, "the same search finds them where they are");
  });

  it("bring the database back when its volume and the backups beside it are gone", async () => {
    await order("before-the-loss");
    await archived();
    for (const process of ["postgres", "keeper"]) {
      await stack.docker(["service", "scale", "--detach", `${stack.prefix}-${process}=0`]);
      for (const container of await stack.containers(process)) {
        await stack.docker(["rm", "--force", container]).catch(() => "");
      }
    }
    for (const volume of [`${stack.prefix}-postgres-g1`, `${stack.prefix}-archive`]) await gone(volume);
    const { exitCode, said } = await stack.tidemark(["status"]);
    assert.equal(exitCode, 1);
    says(said, /restore --to latest/);
    await tidemark("restore", "--to", "latest", "--yes");
    await eventually("the shop answers", async () => ((await visitor.ask("/")).status === 200 ? true : undefined));
    assert.ok((await orders()).includes("before-the-loss"));
    await order("after-the-loss");
    assert.deepEqual(
      (await listed())
        .filter(({ generation }) => generation === 2)
        .map(({ repository }) => repository)
        .sort(),
      ["s3", "volume"],
    );
    assert.deepEqual(await stack.preview(), []);
  });

  it("are read from where the settings say", async () => {
    await archived();
    await stack.set({ "database.repository": "s3" });
    const now = new Date().toISOString().replace(/\.\d+/, "");
    await order("too-late");
    await archived();
    await stack.set({ "database.generation": 3, "database.from": { time: now } });
    const { said } = await stack.pulumi(["preview", "--stack", stack.name]);
    assert.match(/.*comes from.*/.exec(said)?.[0] ?? end(said), /comes from generation 2, .* in the bucket, up to/);
    await stack.up();
    assert.ok(!(await orders()).includes("too-late"));
    assert.ok((await orders()).includes("after-the-loss"));
  });

  it("go on in the volume while the bucket cannot be reached, and say so", async () => {
    await store.close();
    const { exitCode, said } = await stack.tidemark(["backup", "now"]);
    assert.notEqual(exitCode, 0);
    says(said, /was not backed up[\s\S]*into s3: .* does not answer/);
    assert.equal((await visitor.ask("/")).status, 200, "the shop serves on");
  });

  async function tidemark(...args: string[]): Promise<void> {
    const { exitCode, said } = await stack.tidemark(args);
    assert.equal(exitCode, 0, end(said));
  }

  async function listed(): Promise<Backup[]> {
    const { exitCode, answer, said } = await stack.tidemark(["backups", "--json"]);
    assert.equal(exitCode, 0, end(said));
    return (JSON.parse(answer) as { database: Backup[] }).database;
  }

  async function kinds(): Promise<string[]> {
    return (await listed()).map(({ repository, kind }) => `${repository} ${kind}`).sort();
  }

  async function order(key: string): Promise<void> {
    const { status } = await visitor.post("/api/orders/", { key, customer: "Ada", item: "Assam", quantity: 1 });
    assert.equal(status, 201);
  }

  async function orders(): Promise<string[]> {
    const all = await rows<{ key: string }>(stack, "SELECT key FROM orders_order ORDER BY id");
    return all.map(({ key }) => key);
  }

  async function archived(): Promise<void> {
    const [{ segment } = { segment: "" }] = await rows<{ segment: string }>(
      stack,
      "SELECT pg_walfile_name(pg_switch_wal()) AS segment",
    );
    await eventually(
      "it is in the archive",
      async () => {
        const query = "SELECT EXISTS (SELECT FROM pg_ls_archive_statusdir() WHERE name = $1 || '.ready') AS waits";
        const [its] = await rows<{ waits: boolean }>(stack, query, [segment]);
        return its?.waits === false ? true : undefined;
      },
      60_000,
    );
  }

  async function gone(volume: string): Promise<void> {
    await eventually(
      `${volume} is gone`,
      async () => {
        const users = await stack.docker(["ps", "--all", "--quiet", "--filter", `volume=${volume}`]);
        for (const one of users.split("\n").filter(Boolean)) await stack.docker(["rm", "--force", one]);
        return stack.docker(["volume", "rm", volume]).catch(() => undefined);
      },
      90_000,
    );
  }
});
