import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { loginsOf } from "../../components/data/logins";
import { Passwords } from "../../components/data/passwords";
import { redisPassword } from "../../components/data/redis-login";
import { inspect, remove } from "../../operations/docker";
import { followLog, runJob, type Finished } from "../../operations/job";
import type { ServiceSpec } from "../../operations/rollout";
import { notThereOnce, rows } from "./database";
import { eventually } from "./eventually";
import { Load, told } from "./load";
import { says } from "./says";
import { Stack, type Changes } from "./stack";
import { Visitor } from "./visitor";

/** A second, and in each rotation. */
const RATE = 120;
const REQUESTS = 5000;
const SECRETS = { a: "secret a ".repeat(6), b: "secret b ".repeat(6) };

describe("a rotation", { timeout: 1_800_000 }, () => {
  let stack: Stack;
  let visitor: Visitor;
  before(async () => {
    stack = await Stack.fresh("rotation", { tag: "1.0.0" }, { DJANGO_SECRET_KEY: SECRETS.a });
    await stack.up();
    for (const tag of ["1.1.0", "1.1.1-unhealthy"])
      assert.equal((await stack.tidemark(["build", tag])).exitCode, 0, tag);
    visitor = new Visitor(stack.url);
  });
  after(() => stack.down());

  it("of each kind of secret, there and back, drops nothing, and the former value is refused", async (context) => {
    const redis = await stack.containers("redis");
    const signed = { a: await sign(), b: "" };
    const load = await Load.start(stack.url, { rate: RATE });
    const asking = new Asking(visitor);
    const rotate = async (changes: Changes, secret?: string): Promise<void> => {
      const { requests } = load;
      await stack.set(changes);
      if (secret !== undefined) await stack.setSecret("DJANGO_SECRET_KEY", secret);
      await stack.pulumiUp();
      await load.atLeast(REQUESTS, requests);
    };
    try {
      await rotate({ "rotation.database": 2 });
      assert.deepEqual(await good("database"), { 1: false, 2: true });

      await rotate({ "rotation.redis": 2 });
      assert.deepEqual(await good("redis"), { 1: false, 2: true });

      assert.equal(await verified(signed.a), true);
      await rotate({}, SECRETS.b);
      assert.equal(await verified(signed.a), false);
      signed.b = await sign();

      await rotate({ "rotation.database": 1, "rotation.redis": 1 }, SECRETS.a);
      assert.deepEqual(await good("database"), { 1: true, 2: false });
      assert.deepEqual(await good("redis"), { 1: true, 2: false });
      assert.deepEqual([await verified(signed.a), await verified(signed.b)], [true, false]);
    } finally {
      await Promise.all([load.stop(), asking.stop()]);
    }
    const { requests, failures, keys } = await load.stop();
    const asked = await asking.stop();
    context.diagnostic(
      `${requests} requests, ${keys.length} orders, ${asked.count} times asked for database and Redis`,
    );
    assert.deepEqual([told(failures), asked.failures.slice(0, 5)], [[], []]);
    assert.deepEqual(await notThereOnce(stack, keys), []);
    // Sooner than an order is handed over again whose message never came to Redis.
    await eventually("every order is worked", async () => ((await left(keys)) === 0 ? true : undefined), 60_000);
    assert.deepEqual(await stack.containers("redis"), redis);
    assert.deepEqual(await stack.preview(), []);
  });

  it("is told by status, with the age of each secret", async () => {
    const { said } = await stack.tidemark(["status"]);
    for (const name of ["DJANGO_SECRET_KEY", "TIDEMARK_KEY", "database", "redis"])
      says(said, new RegExp(`^ {2}${name} +less than a day$`, "m"));
  });

  it("whose release fails leaves the former passwords good, whatever becomes of Redis meanwhile", async () => {
    await stack.set({ tag: "1.1.1-unhealthy", "rotation.database": 2, "rotation.redis": 2 });
    const { exitCode, said } = await stack.tidemark(["up", "--yes"]);
    assert.notEqual(exitCode, 0);
    says(said, /Back on 1\.0\.0/);
    await ready();
    assert.equal((await good("database"))[1], true);
    assert.deepEqual(await good("redis"), { 1: true, 2: true });
    await killRedis();
    await ready();
  });

  it("is refused when it would give a login that works another password, and nothing is changed", async () => {
    await stack.set({ tag: "1.0.0", "rotation.database": 3 });
    const { exitCode, said } = await stack.tidemark(["up", "--yes"]);
    assert.notEqual(exitCode, 0);
    says(
      said,
      /rotation\.database: 3 {2}A new password for shop_app_a would shut out what works with its password of turn 1: .*shop-rotation-web \(2\)/,
    );
    says(said, /The other login is free: set 2, or set 1 again\./);
    assert.equal((await good("database"))[1], true);
    await ready();
  });

  it("that is taken back shuts the password out which it had let in", async () => {
    await stack.set({ "rotation.database": 1, "rotation.redis": 1 });
    await stack.up();
    assert.deepEqual(await good("database"), { 1: true, 2: false });
    assert.deepEqual(await good("redis"), { 1: true, 2: false });
    await ready();
  });

  it("holds when Redis is killed afterwards, and when its volume is lost", async () => {
    await stack.set({ tag: "1.1.0", "rotation.database": 2, "rotation.redis": 2 });
    await stack.up();
    await killRedis();
    await ready();
    assert.deepEqual(await good("redis"), { 1: false, 2: true });
    await loseRedis();
    await ready();
    assert.deepEqual(await good("redis"), { 1: false, 2: true });
    assert.deepEqual(await stack.preview(), []);
  });

  /** Which turn's passwords are good at this moment, tried from a job on the stack's network. */
  async function good(server: "database" | "redis"): Promise<Record<number, boolean>> {
    const passwords = new Passwords(stack.key, stack.prefix);
    const host = `${stack.prefix}-${server === "database" ? "postgres" : "redis"}`;
    const result: Record<number, boolean> = {};
    for (const turn of [1, 2]) {
      const { user, password } =
        server === "database"
          ? loginsOf("shop", passwords, turn).active
          : { user: "default", password: redisPassword(host, passwords, turn) };
      result[turn] = await eventually(`${server} lets turn ${turn} in or refuses it`, async () => {
        const { exitCode, log } = await login(server, host, user, password);
        if (exitCode === 0) return true;
        return /password authentication failed|not permitted to log in|WRONGPASS/.test(log.join()) ? false : undefined;
      });
    }
    return result;
  }

  async function login(server: string, host: string, user: string, password: string): Promise<Finished> {
    const { docker } = stack;
    const name = `${stack.prefix}-try`;
    const line =
      server === "database"
        ? `PGPASSWORD=$(cat /run/secrets/tried) exec psql -wXAt -h ${host} -U ${user} -d shop -c "select 1"`
        : `REDISCLI_AUTH=$(cat /run/secrets/tried) exec redis-cli -e -h ${host} --user ${user} ping`;
    const label = { "tidemark.stack": stack.prefix, "tidemark.role": "job" };
    await docker(["secret", "create", "--label", `tidemark.stack=${stack.prefix}`, name, "-"], { input: password });
    try {
      return await runJob(
        docker,
        {
          name,
          image: (await specOf(host)).TaskTemplate.ContainerSpec.Image,
          command: ["sh", "-c", line],
          labels: label,
          secrets: [{ source: name, target: "tried" }],
          networks: [`${stack.prefix}-back`],
          limitSeconds: 60,
        },
        followLog(),
        () => undefined,
      );
    } finally {
      await remove(docker, "secret", [name]);
    }
  }

  /** Something that the application signed with its secret. */
  function sign(): Promise<string> {
    return inWeb("print(signing.dumps('tea'))");
  }

  async function verified(signed: string): Promise<boolean> {
    const its = `
try:
    print(signing.loads("${signed}") == "tea")
except signing.BadSignature:
    print(False)`;
    return (await inWeb(its)) === "True";
  }

  async function inWeb(code: string): Promise<string> {
    const [web = ""] = await stack.containers("web");
    const program = ["python3", "-c", `from django.core import signing\n${code}`];
    return stack.docker(["exec", web, "/bin/sh", "/tidemark/launch", "0", "0", "--", ...program]);
  }

  async function ready(): Promise<void> {
    await eventually("database and Redis let the application in", async () => {
      const { status } = await visitor.ask("/health/ready/");
      return status === 200 ? true : undefined;
    });
  }

  async function left(keys: readonly string[]): Promise<number> {
    const query = "SELECT count(*)::int AS left FROM orders_order WHERE key = ANY($1::text[]) AND status <> 'done'";
    return (await rows<{ left: number }>(stack, query, [keys]))[0]!.left;
  }

  async function killRedis(): Promise<void> {
    const [former = ""] = await stack.containers("redis");
    await stack.docker(["kill", "--signal", "KILL", former]);
    await another(former);
  }

  /** Swarm makes another one in its place, empty. */
  async function loseRedis(): Promise<void> {
    const [former = ""] = await stack.containers("redis");
    const service = `${stack.prefix}-redis`;
    await stack.docker(["service", "scale", "--detach", `${service}=0`]);
    await eventually(
      "its volume is gone",
      async () => {
        const held = await stack.docker(["ps", "--all", "--quiet", "--filter", `volume=${service}-data`]);
        if ((await stack.containers("redis")).length > 0) return undefined;
        if (held !== "") await stack.docker(["rm", "--force", ...held.split("\n")]);
        return stack.docker(["volume", "rm", `${service}-data`]);
      },
      60_000,
    );
    await stack.docker(["service", "scale", "--detach", `${service}=1`]);
    await another(former);
  }

  async function another(former: string): Promise<void> {
    await eventually("another Redis", async () => {
      const [now] = await stack.containers("redis");
      return now !== undefined && now !== former ? now : undefined;
    });
  }

  async function specOf(service: string): Promise<ServiceSpec> {
    const [found] = await inspect<{ Spec: ServiceSpec }>(stack.docker, "service", [service]);
    return found?.Spec ?? assert.fail(`no service ${service}`);
  }
});

/** Asks the web again and again for something that needs the database and Redis. */
class Asking {
  private stopped = false;
  private readonly done: Promise<void>;
  private count = 0;
  private readonly failures: string[] = [];

  constructor(private readonly visitor: Visitor) {
    this.done = this.ask();
  }

  async stop(): Promise<{ count: number; failures: string[] }> {
    this.stopped = true;
    await this.done;
    return { count: this.count, failures: this.failures };
  }

  private async ask(): Promise<void> {
    while (!this.stopped && this.count < 100_000) {
      this.count += 1;
      const answer = await this.visitor.ask("/health/ready/").catch((error: Error) => error);
      if (answer instanceof Error) this.failures.push(answer.message);
      else if (answer.status !== 200) this.failures.push(`${answer.status}: ${answer.text}`);
      // What is to be seen is each moment, not how much the machine can bear.
      await pause(50);
    }
  }
}
