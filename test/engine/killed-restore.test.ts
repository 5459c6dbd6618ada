import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { rows } from "./database";
import { killedAt } from "./killing";
import { end } from "./says";
import { Stack } from "./stack";
import { Visitor } from "./visitor";

/** The line after which it is killed, and how long after. Whatever is done by then, the switch is not. */
const KILLS: [step: string, line: RegExp, thenMs: number][] = [
  ["the restore, as it begins", /-filled-run creating/, 300],
  ["the restore, while files come", /: restoring generation/, 500],
  ["the restore, once it is proven", /it holds \d+ rows/, 100],
  ["the hand-over, while work ends", /ending the work of/, 500],
  ["the hand-over, once users are out", /closed; \d+ session/, 200],
];

describe("a restore whose up is killed", { timeout: 1_800_000 }, () => {
  let stack: Stack;
  let visitor: Visitor;
  let generation = 1;
  before(async () => {
    stack = await Stack.fresh("killed-restore", { backup: { behind: "20s" } });
    await stack.up();
    visitor = new Visitor(stack.url);
  });
  after(() => stack.down());

  for (const [nth, [step, line, thenMs]] of KILLS.entries())
    it(`in ${step} leaves the live one as it is, and is brought to its end by the next up`, async (context) => {
      await order(`before-${nth}`);
      generation += 1;
      await stack.set({ "database.generation": generation, "database.from": "latest" });
      const killed = await killedAt(stack, line, thenMs);
      context.diagnostic(`killed after ${killed.step}`);
      assert.equal(killed.exitCode, undefined, `it ended before it was killed:\n${end(killed.said)}`);
      assert.match(await serving(), new RegExp(`-g${generation - 1}$`));
      assert.ok((await orders()).includes(`before-${nth}`), "the live one has its rows");
      if (nth < 3) await order(`meanwhile-${nth}`);

      await stack.up();
      assert.match(await serving(), new RegExp(`-g${generation}$`));
      const there = await orders();
      for (let one = 0; one <= nth; one++) {
        assert.ok(there.includes(`before-${one}`));
        if (one < 3) assert.ok(there.includes(`meanwhile-${one}`), `meanwhile-${one}`);
      }
      await order(`after-${nth}`);
      assert.deepEqual(await stack.preview(), []);
    });

  async function order(key: string): Promise<void> {
    const { status } = await visitor.post("/api/orders/", { key, customer: "Ada", item: "Assam", quantity: 1 });
    assert.equal(status, 201);
  }

  async function orders(): Promise<string[]> {
    const all = await rows<{ key: string }>(stack, "SELECT key FROM orders_order ORDER BY id");
    return all.map(({ key }) => key);
  }

  /** The volume that the database runs on. */
  async function serving(): Promise<string> {
    const [container = ""] = await stack.containers("postgres");
    const format = '{{range .Mounts}}{{if eq .Destination "/var/lib/postgresql/data"}}{{.Name}}{{end}}{{end}}';
    return (await stack.docker(["container", "inspect", "--format", format, container])).trim();
  }
});
