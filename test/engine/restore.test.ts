import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { inspect } from "../../operations/docker";
import { rows } from "./database";
import { eventually } from "./eventually";
import { leftOver } from "./left-over";
import { end, says } from "./says";
import { Stack } from "./stack";
import { Visitor } from "./visitor";

describe("another generation of the database", { timeout: 1_500_000 }, () => {
  let stack: Stack;
  let visitor: Visitor;
  before(async () => {
    stack = await Stack.fresh("restore", { backup: { behind: "20s" } });
    await stack.up();
    visitor = new Visitor(stack.url);
  });
  after(async () => {
    await stack.down();
    assert.deepEqual(await leftOver(stack.docker, stack.prefix), []);
  });

  it("is as the shop was between two orders, and has its workers back", async () => {
    await order("first");
    await seconds(2);
    const between = new Date().toISOString().replace(/\.\d+/, "");
    await seconds(2);
    await order("second");
    await archived();
    await stack.set({ "database.generation": 2, "database.from": { time: between } });
    await stack.up();
    assert.deepEqual(await orders(), ["first"]);
    assert.equal(await live(), `${stack.prefix}-postgres-g2`);
    await worked("on-two");
    assert.deepEqual(await stack.preview(), []);
  });

  it("is the former one again, with all that it had, when its number is", async () => {
    await stack.set({ "database.generation": 1 });
    await stack.up();
    assert.deepEqual(await orders(), ["first", "second"]);
    await worked("on-one");
    assert.deepEqual(await stack.preview(), []);
  });

  it("has every order that was taken while it was made, of the one that is live", async () => {
    await stack.set({ "database.generation": 3, "database.from": "latest" });
    const taken: string[] = [];
    let over = false;
    const buying = (async () => {
      for (let number = 0; !over; number++) {
        const key = `bought-${number}`;
        const answer = await visitor
          .post("/api/orders/", { key, customer: "Ada", item: "Assam", quantity: 1 })
          .catch(() => undefined);
        if (answer?.status === 201) taken.push(key);
        await seconds(0.1);
      }
    })();
    try {
      await stack.up();
    } finally {
      over = true;
      await buying;
    }
    assert.equal(await live(), `${stack.prefix}-postgres-g3`);
    const there = new Set(await orders());
    assert.deepEqual(
      [...taken, "first", "second", "on-one"].filter((key) => !there.has(key)),
      [],
    );
    assert.ok(taken.length > 20, `${taken.length} were taken`);
    assert.ok(!there.has("on-two"));
  });

  it("refuses to be restored into while it serves", async () => {
    await stack.set({ "database.from": { time: "2026-01-01T00:00:00Z" } });
    const { exitCode, said } = await stack.tidemark(["up", "--yes"]);
    assert.notEqual(exitCode, 0);
    says(said, /database\.from: time 2026-01-01T00:00:00Z {2}Generation 3 is there and serves/);
    await stack.set({ "database.from": "latest" });
  });

  it("leaves the live one as it is when there is no such point", async () => {
    await stack.set({ "database.generation": 4, "database.from": { time: "2026-01-01T00:00:00Z" } });
    const { exitCode, said } = await stack.tidemark(["up", "--yes"]);
    assert.notEqual(exitCode, 0, end(said));
    says(said, /No backup is older than 2026-01-01T00:00:00Z/);
    assert.equal(await live(), `${stack.prefix}-postgres-g3`);
    await worked("after-the-refusal");
  });

  it("has what was archived when the live one was killed and its volume is gone", async (context) => {
    await order("before-the-loss");
    await archived();
    const service = `${stack.prefix}-postgres`;
    await stack.docker(["service", "scale", "--detach", `${service}=0`, `${stack.prefix}-keeper=0`]);
    for (const container of await stack.containers("postgres")) await stack.docker(["kill", container]).catch(() => "");
    await eventually(
      "the volume is gone",
      async () => {
        const filters = ["--filter", `volume=${service}-g3`];
        const users = await stack.docker(["ps", "--all", "--quiet", ...filters]);
        for (const one of users.split("\n").filter(Boolean)) await stack.docker(["rm", "--force", one]);
        return stack.docker(["volume", "rm", `${service}-g3`]).catch(() => undefined);
      },
      90_000,
    );
    const started = Date.now();
    await stack.set({ "database.generation": 5, "database.from": "latest" });
    await stack.up();
    await eventually("the shop answers", async () => ((await visitor.ask("/")).status === 200 ? true : undefined));
    context.diagnostic(`from the line to the first answer ${((Date.now() - started) / 1000).toFixed(1)} s`);
    const there = await orders();
    for (const key of ["first", "on-one", "before-the-loss"]) assert.ok(there.includes(key), key);
    await worked("after-the-loss");
    assert.deepEqual(await stack.preview(), []);
  });

  async function order(key: string): Promise<void> {
    const { status } = await visitor.post("/api/orders/", { key, customer: "Ada", item: "Assam", quantity: 1 });
    assert.equal(status, 201);
  }

  /** A worker makes what is ordered. */
  async function worked(key: string): Promise<void> {
    await order(key);
    await eventually(
      `${key} is made`,
      async () => {
        const [its] = await rows<{ status: string }>(stack, "SELECT status FROM orders_order WHERE key = $1", [key]);
        return its?.status === "done" ? true : undefined;
      },
      60_000,
    );
  }

  async function archived(): Promise<void> {
    const [{ segment } = { segment: "" }] = await rows<{ segment: string }>(
      stack,
      "SELECT pg_walfile_name(pg_current_wal_lsn()) AS segment",
    );
    await eventually(
      "it is in the archive",
      async () => {
        const [its] = await rows<{ last: string }>(
          stack,
          "SELECT coalesce(last_archived_wal, '') AS last FROM pg_stat_archiver",
        );
        return its && its.last >= segment ? true : undefined;
      },
      60_000,
    );
  }

  async function orders(): Promise<string[]> {
    const all = await rows<{ key: string }>(stack, "SELECT key FROM orders_order ORDER BY id");
    return all.map(({ key }) => key);
  }

  async function live(): Promise<string | undefined> {
    const [found] = await inspect<{
      Spec: { TaskTemplate: { ContainerSpec: { Mounts: { Source: string; Target: string }[] } } };
    }>(stack.docker, "service", [`${stack.prefix}-postgres`]);
    return found?.Spec.TaskTemplate.ContainerSpec.Mounts.find(({ Target }) => Target === "/var/lib/postgresql/data")
      ?.Source;
  }
});

function seconds(count: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, count * 1000));
}
