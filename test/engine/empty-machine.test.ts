import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { rows } from "./database";
import { eventually } from "./eventually";
import { leftOver } from "./left-over";
import { ObjectStore } from "./object-store";
import { end } from "./says";
import { Stack } from "./stack";
import { Visitor } from "./visitor";

const KEYS = { S3_KEY_ID: "id-of-the-bucket-key-6c11", S3_KEY: "the-bucket-key-itself-6c12" };

describe("a machine with nothing of a stack but its file and its bucket", { timeout: 1_200_000 }, () => {
  let store: ObjectStore;
  let stack: Stack;
  let backup: object;
  let menu: string;
  before(async () => {
    store = await ObjectStore.open();
    await store.make("backups");
    const s3 = { bucket: "backups", endpoint: store.endpoint, ca: store.ca, keyId: "S3_KEY_ID", key: "S3_KEY" };
    backup = { behind: "20s", volume: false, s3 };
    stack = await Stack.fresh("empty-machine", { backup }, KEYS);
    await stack.up();
    const visitor = new Visitor(stack.url);
    const order = { key: "before-the-fire", customer: "Ada", item: "Assam", quantity: 1 };
    assert.equal((await visitor.post("/api/orders/", order)).status, 201);
    const uploaded = await visitor.upload("/api/uploads/", "menu.txt", Buffer.from("before the fire"));
    menu = (JSON.parse(uploaded.text) as { url: string }).url;
    await archived();
    const { exitCode, said } = await stack.tidemark(["backup", "now"]);
    assert.equal(exitCode, 0, end(said));
    await stack.down();
    assert.deepEqual(await leftOver(stack.docker, stack.prefix), []);
  });
  after(async () => {
    await stack.down();
    await store.close();
  });

  it("comes up with all of its data, its roles taken over and the passwords of today", async (context) => {
    const key = stack.key;
    stack = await Stack.fresh(
      "empty-machine",
      {
        backup,
        ...{ "database.generation": 2, "database.from": "latest" },
        ...{ "media.generation": 2, "media.from": "latest" },
        "rotation.database": 2,
      },
      { ...KEYS, TIDEMARK_KEY: key },
    );
    const started = Date.now();
    await stack.up();
    context.diagnostic(`up after ${((Date.now() - started) / 1000).toFixed(0)} s`);
    const visitor = new Visitor(stack.url);
    const all = await rows<{ key: string }>(stack, "SELECT key FROM orders_order");
    assert.ok(all.some((one) => one.key === "before-the-fire"));
    assert.equal((await visitor.ask(menu)).text, "before the fire");
    const order = { key: "after-the-fire", customer: "Ada", item: "Assam", quantity: 1 };
    assert.equal((await visitor.post("/api/orders/", order)).status, 201);
    await eventually(
      "a worker makes it",
      async () => {
        const query = "SELECT status FROM orders_order WHERE key = 'after-the-fire'";
        const [its] = await rows<{ status: string }>(stack, query);
        return its?.status === "done" ? true : undefined;
      },
      60_000,
    );
  });

  it("has nothing to change once the roles are looked at again, and can be restored from as before", async () => {
    await stack.up();
    assert.deepEqual(await stack.preview(), []);
    await archived();
    const { exitCode, said } = await stack.tidemark(["drill"]);
    assert.equal(exitCode, 0, end(said));
  });

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
});
