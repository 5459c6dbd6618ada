import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { anOrder } from "./endpoints";
import { eventually } from "./eventually";
import { Events } from "./events";
import { Listener } from "./listener";
import { Stack } from "./stack";
import { Visitor } from "./visitor";

const LISTENERS = 50;
const DRAIN_SECONDS = 20;

describe("open websockets", { timeout: 600_000 }, () => {
  let stack: Stack;
  let visitor: Visitor;
  before(async () => {
    stack = await Stack.fresh("websockets", { tag: "1.0.0", "processes.web.drain": `${DRAIN_SECONDS}s` });
    visitor = new Visitor(stack.url);
    for (const tag of ["1.0.0", "1.1.0"]) assert.equal((await stack.tidemark(["build", tag])).exitCode, 0);
    await stack.up();
  });
  after(() => stack.down());

  it("outlive a deploy until the drain time is over, come back, and hear each update once", async (context) => {
    const events = Events.of(stack, "web");
    const first = await last();
    const listeners = Array.from({ length: LISTENERS }, () => new Listener(stack.url, first));
    const orders = ordering();
    try {
      await eventually("all listen", () => listeners.every(({ present }) => present) || undefined);
      await stack.set({ tag: "1.1.0" });
      await stack.pulumiUp();
      await eventually(
        "all have come back",
        () => listeners.every(({ sittings, present }) => sittings.length > 1 && present) || undefined,
        120_000,
      );
      await orders.stop();
      const newest = await last();
      await eventually("all have heard the newest", () => listeners.every((one) => heard(one, newest)) || undefined);

      const stayed = listeners.map(({ sittings: [former] }) => {
        assert.equal(former?.version, "1.0.0");
        const told = events.when("kill", former.host) ?? assert.fail(`${former.host} was not told to end`);
        return ((former.closed?.at ?? 0) - told) / 1000;
      });
      const codes = new Set(listeners.map(({ sittings: [former] }) => former?.closed?.code));
      const [least, most] = [Math.min(...stayed), Math.max(...stayed)];
      context.diagnostic(
        `${newest - first} updates; closed by ${[...codes].join(", ")} after ${least.toFixed(1)} to ${most.toFixed(1)} s`,
      );
      assert.ok(least >= DRAIN_SECONDS, `closed ${least} s after the signal to end`);
      for (const { sittings, numbers } of listeners) {
        assert.deepEqual(
          sittings.map(({ version, closed }) => [version, closed !== undefined]),
          [
            ["1.0.0", true],
            ["1.1.0", false],
          ],
        );
        assert.deepEqual(numbers.filter((number, index) => number !== first + 1 + index).slice(0, 5), []);
        assert.equal(numbers.length, newest - first);
      }
    } finally {
      await orders.stop();
      for (const one of listeners) one.stop();
      await events.stop();
    }
  });

  /** The newest update's number, when no order is being worked any more. */
  async function last(): Promise<number> {
    return eventually(
      "all orders are done",
      async () => {
        const { last, orders } = await visitor.json<{ last: number; orders: { status: string }[] }>("/api/orders/");
        return orders.every(({ status }) => status === "done") ? last : undefined;
      },
      150_000,
    );
  }

  function heard({ numbers }: Listener, number: number): boolean {
    return (numbers.at(-1) ?? 0) >= number;
  }

  /** Somebody who orders a few times a second. */
  function ordering(): { stop(): Promise<void> } {
    let over = false;
    const done = (async () => {
      while (!over) {
        const { status, text } = await visitor.post("/api/orders/", anOrder({ seconds: 0 }));
        assert.equal(status, 201, text);
        await pause(200);
      }
    })();
    done.catch(() => undefined);
    return {
      stop() {
        over = true;
        return done;
      },
    };
  }
});
