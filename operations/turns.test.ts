import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Api } from "./api";
import { OperationError } from "./operation-error";
import { former, holdersIn, retired, turnsIn, vacant, type Seen } from "./turns";

/** A task of shop-prod, with the environment of that name. */
function task(service: string, secret: string, state = "running"): Seen["tasks"][number] {
  return {
    ServiceID: service,
    Status: { State: state },
    Spec: {
      ContainerSpec: {
        Secrets: [
          { File: { Name: "another" }, SecretID: "other", SecretName: "shop-prod-other-1a2b3c4" },
          { File: { Name: "environment" }, SecretID: secret, SecretName: `shop-prod-${secret}` },
        ],
      },
    },
  };
}

function secret(id: string, turns?: string): Seen["secrets"][number] {
  return {
    ID: id,
    Spec: { Name: `shop-prod-web-environment-secret-${id}`, Labels: turns ? { "tidemark.turns": turns } : {} },
  };
}

const labels = { "tidemark.stack": "shop-prod" };
const services = [
  { ID: "web", Spec: { Name: "shop-prod-web", Labels: labels } },
  { ID: "worker", Spec: { Name: "shop-prod-worker", Labels: labels } },
  { ID: "others", Spec: { Name: "shop-prod-2-web", Labels: { "tidemark.stack": "shop-prod-2" } } },
];
const one = secret("one", "database=1 redis=1");
const two = secret("two", "database=2 redis=1");
const none = secret("none", "none");

const seen = (tasks: Seen["tasks"], secrets = [one, two, none]): Seen => ({ tasks, secrets, services });
const held = (...tasks: Seen["tasks"]) => holdersIn(seen(tasks), "shop-prod");

/** Docker, as it is at each look; the last one stays. */
function docker(...looks: Seen[]): Api {
  let at = -1;
  return (_method, path) => {
    if (path === "/tasks") at = Math.min(at + 1, looks.length - 1);
    const { tasks, secrets, services: all } = looks[at]!;
    return Promise.resolve(path === "/tasks" ? tasks : path.startsWith("/secrets?") ? secrets : all);
  };
}

describe("who holds a password", () => {
  it("is every task that is not over, one that was told to stop and still drains included", () =>
    assert.deepEqual(
      held(task("web", "two"), task("web", "one"), task("worker", "one", "shutdown"), task("web", "one", "failed")),
      [
        { service: "shop-prod-web", turns: { database: 2, redis: 1 } },
        { service: "shop-prod-web", turns: { database: 1, redis: 1 } },
      ],
    ));

  it("is a task whose service or secret is gone as well", () =>
    assert.deepEqual(held(task("gone", "one"), task("worker", "cleaned-up")), [
      { service: "shop-prod-one", turns: { database: 1, redis: 1 } },
      { service: "shop-prod-worker" },
    ]));

  it("is no task of another stack whose name begins alike", () => assert.deepEqual(held(task("others", "x")), []));

  it("has those of the first turn where nothing is said, and none where that is said", () => {
    assert.deepEqual(turnsIn({}), { database: 1, redis: 1 });
    assert.deepEqual(turnsIn({ "tidemark.turns": "none" }), {});
    assert.deepEqual(turnsIn({ "tidemark.turns": "redis=12" }), { redis: 12 });
  });
});

it("calls former whoever has another turn of a server, or one that nobody knows", () => {
  const holders = held(task("web", "one"), task("web", "two"), task("worker", "none"), task("worker", "cleaned-up"));
  const services = (turns: object): string[] => former(holders, turns).map(({ service }) => service);
  assert.deepEqual(services({ database: 2, redis: 1 }), ["shop-prod-web", "shop-prod-worker"]);
  assert.deepEqual(services({ redis: 1 }), ["shop-prod-worker"]);
  assert.deepEqual(services({ database: 3, redis: 2 }), ["shop-prod-web", "shop-prod-web", "shop-prod-worker"]);
});

describe("a new password for a login", () => {
  const order = (turn: number) => ({ stack: "shop-prod", login: "shop_app_a", turn });
  const ask = (turn: number, ...all: Parameters<typeof seen>) => vacant(docker(seen(...all)), order(turn));

  it("is refused while its tasks work with the former one", () =>
    assert.rejects(ask(3, [task("web", "one"), task("web", "one"), task("worker", "one")]), (error: Error) => {
      assert.ok(error instanceof OperationError);
      assert.equal(
        error.message,
        "rotation.database: 3  A new password for shop_app_a would shut out what works with its password of turn 1: shop-prod-web (2), shop-prod-worker.\n" +
          "  The other login is free: set 2, or set 1 again.",
      );
      return true;
    }));

  it("is given when the other one is at work, or the same turn", async () => {
    assert.equal((await ask(3, [task("web", "two")])).former, true);
    assert.equal((await ask(2, [task("web", "two")], [two])).former, false);
    assert.equal((await ask(1, [], [])).former, false);
  });

  it("follows a former one where such an environment is still there", async () => {
    assert.equal((await ask(2, [], [secret("old")])).former, true);
    assert.equal((await ask(1, [], [secret("old"), none])).former, false);
  });
});

describe("a former password", () => {
  const order = { stack: "shop-prod", turns: { database: 2, redis: 1 }, limitSeconds: 2 };

  it("is retired once nothing works with it any more, and what is waited for is said once", async () => {
    const said: string[] = [];
    const draining = seen([task("web", "two"), task("web", "one"), task("worker", "one")]);
    const last = seen([task("web", "two"), task("worker", "one")]);
    await retired(docker(draining, draining, last, seen([task("web", "two")])), order, (line) => said.push(line));
    assert.deepEqual(said, [
      "waiting for what still works with a former password: shop-prod-web, shop-prod-worker",
      "waiting for what still works with a former password: shop-prod-worker",
    ]);
  });

  it("keeps nobody waiting where nothing was turned", async () => {
    const said: string[] = [];
    await retired(docker(seen([task("web", "two"), task("worker", "none")])), order, (line) => said.push(line));
    assert.deepEqual(said, []);
  });

  it("stays good while something works with it, and that is named", () =>
    assert.rejects(
      retired(docker(seen([task("worker", "one")])), { ...order, limitSeconds: 0 }, () => undefined),
      /^OperationError: the former passwords are still good.*: shop-prod-worker\n.*\n {2}What it is at: docker service ps shop-prod-worker$/,
    ));
});
