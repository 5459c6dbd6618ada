import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { inspect } from "../../operations/docker";
import { rows } from "./database";
import { anOrder } from "./endpoints";
import { eventually } from "./eventually";
import { Events } from "./events";
import { Stack } from "./stack";
import { Visitor } from "./visitor";

const TASKS = 1000;
const DEPLOYS = 5;
/** What eight processes work at for five minutes: far longer than the deploys take, and among it what takes long itself. */
const secondsOf = (nth: number): number => (nth % 20 === 0 ? 10 : 2);

describe("tasks in flight", { timeout: 900_000 }, () => {
  let stack: Stack;
  let visitor: Visitor;
  before(async () => {
    stack = await Stack.fresh("tasks", {
      tag: "1.0.0",
      // The older release can live with the database of the newer one.
      "database.onAhead": "allow",
      "processes.worker.replicas": 2,
      "processes.worker.concurrency": 4,
      // The shop hands over again what it thinks was lost; here that would hide a loss.
      "env.DEMO_FORGOTTEN_SECONDS": "86400",
    });
    visitor = new Visitor(stack.url);
    for (const tag of ["1.0.0", "1.1.0"]) assert.equal((await stack.tidemark(["build", tag])).exitCode, 0);
    await stack.up();
  });
  after(() => stack.down());

  it("are all done after five deploys, and there was never more than one beat", async (context) => {
    const beats = Events.of(stack, "beat");
    try {
      const [former = ""] = await stack.containers("beat");
      const keys = await order(TASKS);
      for (let nth = 1; nth <= DEPLOYS; nth++) {
        const open = await undone(keys);
        context.diagnostic(`deploy ${nth}: ${open} tasks in flight`);
        assert.ok(open > 0, "all tasks were done before, so this deploy shows nothing");
        await stack.set({ tag: nth % 2 === 1 ? "1.1.0" : "1.0.0" });
        await stack.pulumiUp();
      }
      await eventually("all tasks are done", async () => (await undone(keys)) === 0 || undefined, 400_000);
      const lives = await livesOf(former, beats);
      assert.equal(lives.length, DEPLOYS + 1);
      lives.reduce((one, next) => {
        assert.ok(one.ended <= next.began, `${next.host} began to beat before ${one.host} had ended`);
        return next;
      });
      await eventually("the last beat is heard alone", async () => {
        const { beats } = await visitor.json<{ beats: { beat: string }[] }>("/api/heartbeats/?seconds=15");
        return (beats.length === 1 && beats[0]?.beat === lives.at(-1)?.host) || undefined;
      });
      const workers = await rows<{ worked_by: string; count: number }>(
        stack,
        "SELECT worked_by, count(*)::int FROM orders_order WHERE key = ANY ($1) GROUP BY worked_by",
        [keys],
      );
      context.diagnostic(`worked by ${workers.length} workers: ${workers.map(({ count }) => count).join(", ")}`);
    } finally {
      await beats.stop();
    }
  });

  /** Orders so many, a few at once, and gives their keys. */
  async function order(count: number): Promise<string[]> {
    const orders = Array.from({ length: count }, (_, nth) => anOrder({ seconds: secondsOf(nth) }));
    const left = [...orders];
    const customer = async (): Promise<void> => {
      for (let one = left.pop(); one; one = left.pop()) {
        const { status, text } = await visitor.post("/api/orders/", one);
        assert.equal(status, 201, text);
      }
    };
    await Promise.all(Array.from({ length: 8 }, customer));
    return orders.map(({ key }) => key);
  }

  async function undone(keys: readonly string[]): Promise<number> {
    const [found] = await rows<{ done: number }>(
      stack,
      "SELECT count(*)::int AS done FROM orders_order WHERE key = ANY ($1) AND status = 'done'",
      [keys],
    );
    return keys.length - (found?.done ?? 0);
  }

  /** Each container of beat, in their order, from its start to its end. */
  async function livesOf(former: string, { all }: Events): Promise<{ host: string; began: number; ended: number }[]> {
    const [container] = await inspect<{ State: { StartedAt: string } }>(stack.docker, "container", [former]);
    const began = container ? Date.parse(container.State.StartedAt) : 0;
    const starts = [
      { host: former, at: began },
      ...all.filter(({ what, host }) => what === "start" && host !== former),
    ];
    const end = (its: string): number => all.find(({ what, host }) => what === "die" && host === its)?.at ?? Infinity;
    return starts.map(({ host, at }) => ({ host, began: at, ended: end(host) }));
  }
});
