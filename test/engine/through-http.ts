import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { anOrder, endpoints } from "./endpoints";
import { eventually } from "./eventually";
import { Feed, type Order } from "./feed";
import type { Stack } from "./stack";
import { Visitor } from "./visitor";

/** Tests of a stack that serves the demo through plain HTTP. */
export function throughHttp(stackOf: () => Stack): void {
  describe("through HTTP", () => {
    const visitorOf = (): Visitor => new Visitor(stackOf().url);
    for (const [behaviour, look] of Object.entries(endpoints)) it(behaviour, () => look(visitorOf()));

    it("sends a websocket each update once: what a worker did, and after a reconnect what was missed", async () => {
      const visitor = visitorOf();
      const feed = await Feed.open(visitor);
      const seen = anOrder({ seconds: 0 });
      await visitor.post("/api/orders/", seen);
      const begun = await feed.saw(seen.key, "new");
      const done = await feed.saw(seen.key, "done");
      assert.ok(
        (await stackOf().containers("worker")).includes(done.order.worked_by),
        `worked by ${done.order.worked_by}`,
      );
      await feed.close();

      const missed = anOrder({ seconds: 0 });
      await visitor.post("/api/orders/", missed);
      await eventually("the missed order is done", async () => {
        const { status } = await visitor.json<Order>(`/api/orders/${missed.key}/`);
        return status === "done" || undefined;
      });

      const again = await Feed.open(visitor, begun.number);
      const live = anOrder({ seconds: 0 });
      await visitor.post("/api/orders/", live);
      const last = await again.saw(live.key, "done");
      await again.close();
      const expected = Array.from({ length: last.number - begun.number }, (_, index) => begun.number + 1 + index);
      assert.deepEqual(again.numbers, expected);
      assert.ok(again.updates.some(({ order }) => order.key === missed.key && order.status === "done"));
    });

    it("says 503 and when to come again while the application is away, and comes back", async () => {
      const [visitor, { docker, prefix }] = [visitorOf(), stackOf()];
      await docker(["service", "scale", "--detach", `${prefix}-web=0`]);
      const away = await eventually("503", async () => {
        const answer = await visitor.ask("/api/version/");
        return answer.status === 503 ? answer : undefined;
      });
      assert.equal(away.headers["retry-after"], "10");
      assert.match(away.headers["content-type"] ?? "", /^text\/html/);
      assert.equal(away.headers["x-content-type-options"], "nosniff");
      await docker(["service", "scale", "--detach", `${prefix}-web=2`]);
      await eventually("200", async () => (await visitor.ask("/api/version/")).status === 200 || undefined);
    });
  });
}
