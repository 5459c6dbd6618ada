import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { ReleaseRecord } from "../../operations/ledger";
import { rows } from "./database";
import { eventually } from "./eventually";
import { leftOver } from "./left-over";
import { end, says } from "./says";
import { Stack } from "./stack";
import { Visitor } from "./visitor";

describe("releases that are taken back with their data", { timeout: 1_800_000 }, () => {
  let stack: Stack;
  let visitor: Visitor;
  let menu: string;
  let later: string;
  before(async () => {
    stack = await Stack.fresh("with-data", {
      tag: "1.1.0",
      image: "with-data-shop",
      backup: { behind: "20s" },
    });
    await stack.up();
    visitor = new Visitor(stack.url);
  });
  after(async () => {
    await stack.down();
    assert.deepEqual(await leftOver(stack.docker, stack.prefix), []);
  });

  it("have what was written just before the newer one, though its migration is one that they cannot live with", async () => {
    await order("under-one", { customer: "Ada" });
    menu = await upload("menu.txt", "under one");
    await stack.set({ tag: "2.0.0" });
    await stack.up();
    later = await upload("later.txt", "under two");
    await order("under-two", { buyer: "Grace" });
    const without = await stack.tidemark(["rollback", "--yes"]);
    assert.notEqual(without.exitCode, 0);
    says(without.said, /npx tidemark rollback 1\.1\.0 --with-data --stack with-data/);
    assert.equal(await version(), "2.0.0");

    await tidemark("rollback", "--with-data", "--yes");
    assert.equal(await version(), "1.1.0");
    assert.deepEqual(await orders(), ["under-one"]);
    assert.deepEqual(await shown(menu, later), ["under one", 404]);
    await worked("back-under-one", { customer: "Ada" });
    await wellKept();
  });

  it("and the newer one again, with what was written under it", async () => {
    await tidemark("rollback", "2.0.0", "--with-data", "--yes");
    assert.equal(await version(), "2.0.0");
    assert.deepEqual(await orders(), ["under-one", "under-two"]);
    assert.deepEqual(await shown(menu, later), ["under one", "under two"]);
    await worked("two-again", { buyer: "Grace" });
    await wellKept();
  });

  it("as the database alone goes to a mark, back, and to an older one, and its newest is always that of the live one", async () => {
    const marks = await namesOfMarks();
    const [first] = marks.filter((name) => name.startsWith("end-of-1.1.0-"));
    const [newest] = marks.filter((name) => name.startsWith("end-of-1.1.0-")).slice(-1);
    assert.ok(first && newest && first !== newest, marks.join());

    await tidemark("rollback", "1.1.0", "--with-data", "--yes");
    assert.deepEqual(await orders(), ["under-one", "back-under-one"]);
    await wellKept();

    const live = await generation();
    await stack.set({ "database.generation": live - 1, tag: "2.0.0" });
    await stack.up();
    assert.deepEqual(await orders(), ["under-one", "under-two", "two-again"]);
    await wellKept();

    await stack.set({ tag: "1.1.0", "database.generation": live + 1, "database.from": { mark: first } });
    await stack.up();
    assert.deepEqual(await orders(), ["under-one"]);
    await worked("newest", { customer: "Ada" });
    await wellKept();

    await tidemark("restore", "--to", "latest", "--yes");
    assert.equal(await generation(), live + 2);
    assert.deepEqual(await orders(), ["under-one", "newest"]);
    await wellKept();
    assert.deepEqual(await stack.preview(), []);
  });

  it("tells in the preview what a restore begins with, and refuses at once what there is not", async () => {
    const now = new Date().toISOString().replace(/\.\d+/, "");
    await archived();
    const next = (await generation()) + 1;
    await stack.set({ "database.generation": next, "database.from": { time: now } });
    const { said } = await stack.pulumi(["preview", "--stack", stack.name]);
    says(
      said,
      new RegExp(`database: generation ${next} comes from generation ${next - 1}, .* backup .*, up to ${now}`),
    );
    says(said, /what was written in the .* since then is not in it/);
    await stack.set({ "database.from": { time: "2001-01-01T00:00:00Z" } });
    const refused = await stack.pulumi(["preview", "--stack", stack.name]);
    assert.notEqual(refused.exitCode, 0);
    says(refused.said, /database\.from: time 2001-01-01T00:00:00Z {2}No backup is older than 2001-01-01T00:00:00Z/);
  });

  async function tidemark(...args: string[]): Promise<void> {
    const { exitCode, said } = await stack.tidemark(args);
    assert.equal(exitCode, 0, end(said));
  }

  /** Where visitors find it. */
  async function upload(name: string, content: string): Promise<string> {
    const { status, text } = await visitor.upload("/api/uploads/", name, Buffer.from(content));
    assert.equal(status, 201, text);
    return (JSON.parse(text) as { url: string }).url;
  }

  /** What they find, or why not. */
  async function shown(...urls: string[]): Promise<(string | number)[]> {
    const answers = await Promise.all(urls.map((url) => visitor.ask(url)));
    return answers.map(({ status, text }) => (status === 200 ? text : status));
  }

  async function version(): Promise<string> {
    return (await visitor.json<{ version: string }>("/api/version/")).version;
  }

  async function generation(): Promise<number> {
    const { said } = await stack.pulumi(["config", "get", "--path", "database.generation", "--stack", stack.name]);
    return Number(/^\d+/m.exec(said)?.[0]);
  }

  async function namesOfMarks(): Promise<string[]> {
    const { answer } = await stack.tidemark(["releases", "--json"]);
    return (JSON.parse(answer) as Pick<ReleaseRecord, "mark">[])
      .flatMap(({ mark }) => (mark ? [mark.name] : []))
      .reverse();
  }

  async function order(key: string, who: Record<string, string>): Promise<void> {
    const { status, text } = await visitor.post("/api/orders/", { key, item: "Assam", quantity: 1, ...who });
    assert.equal(status, 201, text);
  }

  /** A worker makes what is ordered. */
  async function worked(key: string, who: Record<string, string>): Promise<void> {
    await order(key, who);
    await eventually(
      `${key} is made`,
      async () => {
        const [its] = await rows<{ status: string }>(stack, "SELECT status FROM orders_order WHERE key = $1", [key]);
        return its?.status === "done" ? true : undefined;
      },
      60_000,
    );
  }

  async function orders(): Promise<string[]> {
    const all = await rows<{ key: string }>(stack, "SELECT key FROM orders_order ORDER BY id");
    return all.map(({ key }) => key);
  }

  /** The archive takes what comes, and a full backup can be made. */
  async function wellKept(): Promise<void> {
    await archived();
    await tidemark("backup", "now", "--kind", "full");
  }

  async function archived(): Promise<void> {
    const [{ segment } = { segment: "" }] = await rows<{ segment: string }>(
      stack,
      "SELECT pg_walfile_name(pg_switch_wal()) AS segment",
    );
    await eventually(
      "it is in the archive",
      async () => {
        const [its] = await rows<{ waits: boolean }>(
          stack,
          "SELECT EXISTS (SELECT FROM pg_ls_archive_statusdir() WHERE name = $1 || '.ready') AS waits",
          [segment],
        );
        return its?.waits === false ? true : undefined;
      },
      60_000,
    );
  }
});
