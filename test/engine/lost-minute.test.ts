import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { rows } from "./database";
import { eventually } from "./eventually";
import { end } from "./says";
import { Stack } from "./stack";
import { Visitor } from "./visitor";

const TRIALS = 10;
const WRITING_MS = 75_000;
const PROMISED_MS = 60_000;

/** Taken by the shop, and when. */
interface Taken {
  key: string;
  at: number;
}

describe("a database that is killed and its volume removed", { timeout: 4_000_000 }, () => {
  let stack: Stack;
  let visitor: Visitor;
  const lost: number[] = [];
  before(async () => {
    stack = await Stack.fresh("lost-minute", { backup: {} });
    await stack.up();
    visitor = new Visitor(stack.url);
  });
  after(() => stack.down());

  for (let trial = 1; trial <= TRIALS; trial++)
    it(`has every row of a minute before, trial ${trial}`, async (context) => {
      const taken: Taken[] = [];
      const begun = Date.now();
      while (Date.now() - begun < WRITING_MS) {
        const key = `trial-${trial}-${taken.length}`;
        const answer = await visitor.post("/api/orders/", { key, customer: "Ada", item: "Assam", quantity: 1 });
        assert.equal(answer.status, 201, answer.text);
        taken.push({ key, at: Date.now() });
        await pause(200);
      }
      const killed = Date.now();
      await loseDatabase(trial);
      const { exitCode, said } = await stack.tidemark(["restore", "--to", "latest", "--yes"]);
      assert.equal(exitCode, 0, end(said));
      await eventually("the shop answers", async () => ((await visitor.ask("/")).status === 200 ? true : undefined));
      const answering = Date.now() - killed;
      const there = new Set((await rows<{ key: string }>(stack, "SELECT key FROM orders_order")).map(({ key }) => key));
      const missing = taken.filter(({ key }) => !there.has(key));
      const age = Math.max(0, ...missing.map(({ at }) => killed - at));
      lost.push(age);
      context.diagnostic(
        `${taken.length} rows, ${missing.length} lost, the oldest of them ${(age / 1000).toFixed(1)} s before the kill; ` +
          `answering after ${(answering / 1000).toFixed(0)} s`,
      );
      assert.deepEqual(
        missing.filter(({ at }) => killed - at >= PROMISED_MS).map(({ key }) => key),
        [],
      );
    });

  it("loses no more than was promised, at worst", (context) => {
    assert.equal(lost.length, TRIALS);
    context.diagnostic(`worst of ${TRIALS}: ${(Math.max(...lost) / 1000).toFixed(1)} s`);
    assert.ok(Math.max(...lost) < PROMISED_MS);
  });

  /** kill -9 of the server itself, and its volume with it. */
  async function loseDatabase(generation: number): Promise<void> {
    const service = `${stack.prefix}-postgres`;
    for (const container of await stack.containers("postgres"))
      await stack.docker(["kill", "--signal", "KILL", container]);
    await stack.docker(["service", "scale", "--detach", `${service}=0`, `${stack.prefix}-keeper=0`]);
    const volume = `${service}-g${generation}`;
    await eventually(
      `${volume} is gone`,
      async () => {
        const users = await stack.docker(["ps", "--all", "--quiet", "--filter", `volume=${volume}`]);
        for (const one of users.split("\n").filter(Boolean)) await stack.docker(["rm", "--force", one]).catch(() => "");
        return stack.docker(["volume", "rm", volume]).catch(() => undefined);
      },
      90_000,
    );
  }
});
