import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { after, before, it } from "node:test";
import { anOrder, endpoints, uploaded } from "./endpoints";
import { eventually } from "./eventually";
import { Feed, type Order } from "./feed";
import { Stack } from "./stack";
import { Visitor } from "./visitor";

let stack: Stack;
let visitor: Visitor;

before(async () => {
  stack = await Stack.fresh("serves");
  visitor = new Visitor(stack.url);
  await stack.up();
});
after(() => stack.down());

for (const [behaviour, look] of Object.entries(endpoints)) it(behaviour, () => look(visitor));

it("sends a websocket each update once: what a worker did, and after a reconnect what was missed", async () => {
  const feed = await Feed.open(visitor);
  const seen = anOrder({ seconds: 0 });
  await visitor.post("/api/orders/", seen);
  const begun = await feed.saw(seen.key, "new");
  const done = await feed.saw(seen.key, "done");
  assert.ok((await stack.containers("worker")).includes(done.order.worked_by), `worked by ${done.order.worked_by}`);
  await feed.close();

  const missed = anOrder({ seconds: 0 });
  await visitor.post("/api/orders/", missed);
  await eventually("the missed order is done", async () => (await visitor.json<Order>(`/api/orders/${missed.key}/`)).status === "done" || undefined);

  const again = await Feed.open(visitor, begun.number);
  const live = anOrder({ seconds: 0 });
  await visitor.post("/api/orders/", live);
  const last = await again.saw(live.key, "done");
  await again.close();
  const expected = Array.from({ length: last.number - begun.number }, (_, index) => begun.number + 1 + index);
  assert.deepEqual(again.numbers, expected);
  assert.ok(again.updates.some(({ order }) => order.key === missed.key && order.status === "done"));
});

it("keeps an upload through an up that rolls the web", async () => {
  const content = randomBytes(100_000);
  const { url } = await uploaded(visitor, content);
  const former = await stack.containers("web");
  await stack.set({ "processes.web.env.WEB_CONCURRENCY": "1" });
  await stack.pulumiUp();
  await eventually("the former web is gone", async () => (await stack.containers("web")).every((id) => !former.includes(id)) || undefined);
  const { status, body } = await visitor.ask(url);
  assert.equal(status, 200);
  assert.ok(body.equals(content));
});

it("says 503 and when to come again while the application is away, and comes back", async () => {
  const web = `${stack.prefix}-web`;
  await stack.docker(["service", "scale", "--detach", `${web}=0`]);
  const away = await eventually("503", async () => {
    const answer = await visitor.ask("/api/version/");
    return answer.status === 503 ? answer : undefined;
  });
  assert.equal(away.headers["retry-after"], "10");
  assert.match(away.headers["content-type"] ?? "", /^text\/html/);
  assert.equal(away.headers["x-content-type-options"], "nosniff");
  await stack.docker(["service", "scale", "--detach", `${web}=2`]);
  await eventually("200", async () => (await visitor.ask("/api/version/")).status === 200 || undefined);
});
