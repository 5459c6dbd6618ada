import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { inspect } from "../../operations/docker";
import type { SwarmService } from "../../operations/rollout";
import { eventually } from "./eventually";
import { Feed } from "./feed";
import { leftOver } from "./left-over";
import { end, says } from "./says";
import { Stack } from "./stack";
import { Visitor, type Answer, type Asked } from "./visitor";

const BYPASS = "let-me-in-0123456789abcdef";
const COOKIE = { Cookie: `tidemark-bypass=${BYPASS}` };

describe("maintenance, stop and start", { timeout: 1_200_000 }, () => {
  let stack: Stack;
  let visitor: Visitor;
  before(async () => {
    const changes = {
      tag: "1.0.0",
      "maintenance.cookie": "MAINTENANCE_COOKIE",
      "processes.web.drain": "5s",
      // The older release can live with the database of the newer one.
      "database.onAhead": "allow",
    };
    stack = await Stack.fresh("closed", changes, { MAINTENANCE_COOKIE: BYPASS });
    await stack.up();
    visitor = new Visitor(stack.url);
  });
  after(async () => {
    await stack.down();
    assert.deepEqual(await leftOver(stack.docker, stack.prefix), []);
  });

  it("closes and opens under load: outside only 503 with a time to come back, inside only what is asked for", async () => {
    const [edge] = await stack.containers("edge");
    const feed = await Feed.open(visitor);
    const load = [
      knock("outside", visitor, "/"),
      knock("outside", visitor, "/static/orders/shop.css"),
      knock("outside", visitor, "/api/orders/", { method: "POST", body: "{}", headers: { "Content-Length": "2" } }),
      knock("cookie", visitor, "/", { headers: COOKIE }),
      knock("cookie", visitor, "/static/orders/shop.css", { headers: COOKIE }),
      knock("health", visitor, "/health/live/"),
      knock("health", visitor, "/health/ready/"),
    ];
    await pause(2_000);
    const closed = await span(() => tidemark("maintenance", "on", "--because", "a test"));
    await pause(3_000);
    const opened = await span(() => tidemark("maintenance", "off"));
    await pause(2_000);
    const answers = (await Promise.all(load.map((one) => one.stop()))).flat();

    assert.deepEqual(
      answers.filter(({ failure }) => failure !== undefined),
      [],
    );
    const shut = answers.filter(({ from, to }) => from > closed.to && to < opened.from);
    const open = answers.filter(({ from, to }) => to < closed.from || from > opened.to);
    assert.ok(shut.length > 40 && open.length > 40, `${shut.length} while closed, ${open.length} while open`);
    for (const { who, answer } of shut) {
      if (who !== "outside") assert.equal(answer?.status, 200, who);
      else assert.deepEqual([answer?.status, answer?.headers["retry-after"]], [503, "120"]);
    }
    for (const { who, path, answer } of open)
      assert.equal(answer?.status, path === "/api/orders/" ? 400 : 200, `${who} ${path}`);
    for (const { who, answer } of answers) if (who !== "outside") assert.equal(answer?.status, 200);
    assert.deepEqual(await stack.containers("edge"), [edge]);
    assert.equal((await visitor.post("/api/orders/", order("after"))).status, 201);
    await feed.saw("after", "new");
    await feed.close();
  });

  it("leaves nothing to do for the next update, and says why it is closed", async () => {
    for (const state of ["on", "off"]) {
      await tidemark("maintenance", state, "--because", "a new disk");
      assert.equal((await visitor.ask("/")).status, state === "on" ? 503 : 200);
      assert.deepEqual(await stack.preview(), []);
    }
    await tidemark("maintenance", "on", "--because", "a new disk");
    says((await tidemark("status")).said, /Visitors are kept out since 2\S+, for a new disk\. To let them in: npx/);
    says((await stack.pulumiUp()).said, /^Resources:\n +\d+ unchanged$/m);
    assert.equal((await visitor.ask("/")).status, 503);
    await tidemark("maintenance", "off");
  });

  it("is turned by an update where the file says another thing, and healed where somebody turned it by hand", async () => {
    const step = [{ name: `${stack.prefix}-maintenance-run`, op: "update" }];
    await stack.set({ maintenance: { on: true, cookie: "MAINTENANCE_COOKIE" } });
    assert.deepEqual(await stack.preview(), step);
    await stack.pulumiUp();
    assert.equal((await visitor.ask("/")).status, 503);
    const [edge = ""] = await stack.containers("edge");
    await stack.docker(["exec", edge, "rm", "/etc/edge/maintenance.on"]);
    assert.equal((await visitor.ask("/")).status, 200);
    assert.deepEqual(await stack.preview(), step);
    await stack.pulumiUp();
    assert.equal((await visitor.ask("/")).status, 503);
    assert.deepEqual(await stack.preview(), []);
    await stack.set({ maintenance: { on: false, cookie: "MAINTENANCE_COOKIE" } });
    await stack.pulumiUp();
    assert.equal((await visitor.ask("/")).status, 200);
  });

  it("deploys behind the closed door, smoke test and all", async () => {
    await stack.set({ tag: "1.1.0", smoke: [{ path: "/", text: "<html" }] });
    await tidemark("maintenance", "on");
    await tidemark("up", "--yes");
    assert.equal((await visitor.ask("/")).status, 503);
    await tidemark("maintenance", "off");
    assert.deepEqual(await stack.preview(), []);
  });

  it("stops a process and starts it again, and leaves nothing to do for the next update", async () => {
    await tidemark("stop", "worker", "beat");
    await eventually("worker and beat are gone", async () =>
      (await running("worker")) + (await running("beat")) === 0 ? true : undefined,
    );
    assert.equal((await visitor.ask("/")).status, 200);
    assert.deepEqual(await stack.preview(), []);
    says((await stack.pulumiUp()).said, /^Resources:\n +\d+ unchanged$/m);
    assert.deepEqual([await running("worker"), await running("beat")], [0, 0]);

    const { said } = await tidemark("start", "beat");
    says(said, /The way back: npx tidemark --stack closed stop beat/);
    assert.deepEqual([await running("worker"), await running("beat")], [0, 1]);
    await tidemark("start");
    assert.deepEqual([await running("worker"), await running("web")], [1, 2]);
    assert.deepEqual(await stack.preview(), []);
  });

  it("stops all at once, and visitors are told that the application is away", async () => {
    await tidemark("stop", "--now");
    for (const role of ["web", "worker", "beat"]) assert.equal(await running(role), 0, role);
    for (const role of ["postgres", "redis", "edge"]) assert.equal(await running(role), 1, role);
    const { status, headers } = await visitor.ask("/");
    assert.deepEqual([status, headers["retry-after"]], [503, "10"]);
    await tidemark("start");
    assert.equal(
      await eventually("the shop again", async () => ((await visitor.ask("/")).status === 200 ? 200 : undefined)),
      200,
    );
  });

  it("does all of it with the database dead", async () => {
    await stack.docker(["service", "scale", "--detach", `${stack.prefix}-postgres=0`]);
    await eventually(
      "the database is gone",
      async () => ((await running("postgres")) === 0 ? true : undefined),
      90_000,
    );
    await tidemark("maintenance", "on");
    assert.match((await visitor.ask("/")).text, /Back soon/);
    assert.equal((await visitor.ask("/health/live/")).status, 200);
    await tidemark("stop");
    await eventually("web is gone", async () => ((await running("web")) === 0 ? true : undefined), 60_000);
    await tidemark("start");
    assert.equal(await running("web"), 2);
    says((await tidemark("rollback", "--yes")).said, /1\.0\.0 is taken as it was as release 1[\s\S]*migrate: left out/);
    await tidemark("maintenance", "off");
    assert.doesNotMatch((await visitor.ask("/")).text, /Back soon/);
    await stack.docker(["service", "scale", "--detach", `${stack.prefix}-postgres=1`]);
    await eventually(
      "the shop again",
      async () => ((await visitor.ask("/")).status === 200 ? true : undefined),
      90_000,
    );
    assert.equal((await visitor.json<{ version: string }>("/api/version/")).version, "1.0.0");
  });

  it("refuses a process that there is not, and changes nothing", async () => {
    const { exitCode, said } = await stack.tidemark(["stop", "wroker"]);
    assert.equal(exitCode, 1);
    says(said, /wroker: there is no such process, and nothing was changed\. Did you mean worker\?/);
    const [worker] = await inspect<SwarmService>(stack.docker, "service", [`${stack.prefix}-worker`]);
    assert.equal(worker?.Spec.Mode.Replicated?.Replicas, 1);
  });

  async function tidemark(...args: string[]) {
    const its = await stack.tidemark(args);
    assert.equal(its.exitCode, 0, end(its.said));
    return its;
  }

  async function running(role: string): Promise<number> {
    const found = await inspect<{ State: { Running: boolean } }>(
      stack.docker,
      "container",
      await stack.containers(role),
    );
    return found.filter(({ State }) => State.Running).length;
  }
});

interface Knocked {
  who: "outside" | "cookie" | "health";
  path: string;
  from: number;
  to: number;
  answer?: Answer;
  failure?: string;
}

/** Asks for the same again and again, and keeps every answer. */
function knock(who: Knocked["who"], visitor: Visitor, path: string, asked: Asked = {}) {
  const all: Knocked[] = [];
  let isOn = true;
  const asking = (async () => {
    while (isOn) {
      const from = Date.now();
      const told = await visitor.ask(path, asked).then(
        (answer) => ({ answer }),
        (error: Error) => ({ failure: error.message }),
      );
      all.push({ who, path, from, to: Date.now(), ...told });
      await pause(10);
    }
  })();
  return {
    async stop(): Promise<Knocked[]> {
      isOn = false;
      await asking;
      return all;
    },
  };
}

async function span(body: () => Promise<unknown>): Promise<{ from: number; to: number }> {
  const from = Date.now();
  await body();
  return { from, to: Date.now() };
}

function order(key: string) {
  return { key, customer: "Ada", item: "Assam", quantity: 1 };
}
