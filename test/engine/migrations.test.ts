import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { inspect } from "../../operations/docker";
import { records } from "../../operations/ledger";
import type { Plan } from "../../operations/plan";
import { connected, rows } from "./database";
import { eventually } from "./eventually";
import { Events } from "./events";
import { everything } from "./everything";
import { end, says } from "./says";
import { refusedUp } from "./specifications";
import { Stack } from "./stack";
import { Visitor } from "./visitor";

/** As locked.py has it. */
const LOCK = BigInt(`0x${Buffer.from("tidemark").toString("hex")}`).toString();

describe("migrations of Django", { timeout: 1_800_000 }, () => {
  let stack: Stack;
  before(async () => {
    stack = await Stack.fresh("migrates", { tag: "1.0.0", image: "migrates-shop" });
    await stack.up();
  });
  after(() => stack.down());

  it("are told before a deploy, with their SQL, and telling changes nothing", async () => {
    await stack.set({ tag: "1.1.0" });
    await stack.tidemark(["build", "1.1.0"]);
    const former = [await objects(), await applied(), await columns()];
    const { exitCode, said, answer } = await stack.tidemark(["plan", "--json"]);
    assert.equal(exitCode, 0, end(said));
    const plan = JSON.parse(answer) as Plan;
    assert.match(plan.processes.web?.from ?? "", /migrates-shop:1\.0\.0@sha256:/);
    assert.match(plan.processes.web?.to ?? "", /migrates-shop:1\.1\.0@sha256:/);
    assert.deepEqual(
      plan.migrations?.map(({ name }) => name),
      ["orders.0002_order_note"],
    );
    assert.match(plan.migrations?.[0]?.sql ?? "", /ALTER TABLE "orders_order" ADD COLUMN "note" varchar\(200\) NULL/);
    assert.deepEqual([plan.ahead, plan.maintenance, plan.preflight.passes], [[], [], true]);
    assert.deepEqual([await objects(), await applied(), await columns()], former);
  });

  it("wait for a table that is in use, but not for ever", async () => {
    const { query, end } = await connected(stack);
    try {
      await query("BEGIN");
      await query("LOCK TABLE orders_order IN ACCESS SHARE MODE");
      await stack.set({ "release.lockTimeout": "1s" });
      const said = await refused();
      says(said, /migration orders\.0002_order_note of 1\.1\.0 failed \(exit code 1\), so no service has moved:/);
      says(said, /canceling statement due to lock timeout[\s\S]*longer than release\.lockTimeout/);
    } finally {
      await end();
    }
  });

  it("run once for two webs, in the new image, after whoever migrates already, and nothing is left to do", async () => {
    const jobs = Events.of(stack, "migrate-job");
    const { query, end } = await connected(stack, "another hand");
    await query(`SELECT pg_advisory_lock(${LOCK})`);
    const [{ said }] = await Promise.all([
      stack.up(),
      eventually("it waits for its turn", waiting, 180_000)
        .then(() => pause(1500))
        .finally(end),
    ]).finally(() => jobs.stop());
    const webs = await inspect<{ Config: { Image: string } }>(stack.docker, "container", await stack.containers("web"));
    assert.equal(webs.length, 2);
    assert.match(webs[0]?.Config.Image ?? "", /migrates-shop:1\.1\.0@sha256:\w{64}$/);
    assert.deepEqual(
      jobs.all.filter(({ what }) => what === "start").map(({ image }) => image),
      [webs[0]?.Config.Image],
    );
    says(said, /waits at most \d+ s, for another one migrates this database: another hand \(tidemark\)/);
    assert.deepEqual(await applied(), ["orders.0001_initial", "orders.0002_order_note"]);
    const [newest] = await records(stack.docker, stack.prefix);
    assert.deepEqual(newest?.migrations?.ran, ["orders.0002_order_note"]);
    assert.deepEqual(
      newest.migrations.known.map(({ name }) => name),
      ["orders.0001_initial", "orders.0002_order_note"],
    );
    says((await stack.pulumiUp()).said, /^Resources:\n +\d+ unchanged$/m);
    assert.deepEqual(await stack.preview(), []);
  });

  it("that fail are named with the database's error, rolled back, and move no service", async () => {
    const former = await columns();
    await stack.set({ tag: "1.1.2-bad-migration" });
    const said = await refused();
    says(said, /migration orders\.0003_order_account of 1\.1\.2-bad-migration failed/);
    says(said, /django\.db\.utils\.ProgrammingError: relation "orders_account" does not exist/);
    says(said, /PostgreSQL rolled all of it back\./);
    assert.deepEqual(await columns(), former);
    assert.deepEqual(await applied(), ["orders.0001_initial", "orders.0002_order_note"]);
  });

  it("are not come to where the image is not fit, and all that is wrong is told at once", async () => {
    await stack.set({
      tag: "1.1.5-tidied",
      "env.DEBUG": "1",
      "release.checks": [["python3", "-c", "print('no good'); raise SystemExit(3)"], ["true"]],
    });
    const said = await refused();
    says(said, /preflight of 1\.1\.5-tidied: 2 to put right, and nothing has moved/);
    says(said, /security\.W018: .*\n.*pulumi config set --path 'release\.accept\[0\]' security\.W018 --stack migrates/);
    says(said, /raise SystemExit\(3\) ended with exit code 3; its last lines:\n +no good/);
    assert.deepEqual(await applied(), ["orders.0001_initial", "orders.0002_order_note"]);
  });

  it("by a squash, or of an application that an older release lacks, do not keep it from coming back", async () => {
    await stack.set({ "release.accept": ["security.W018"], "release.checks": [["true"]] });
    await stack.up();
    assert.deepEqual(await applied(), [
      "contenttypes.0001_initial",
      "contenttypes.0002_remove_content_type_name",
      "orders.0001_initial",
      "orders.0001_squashed_0002_order_note",
      "orders.0002_order_note",
    ]);
    await stack.set({ tag: "1.1.0", "env.DEBUG": "", "release.checks": undefined });
    await stack.up();
    assert.equal(await version(), "1.1.0");
  });

  it("that are marked keep visitors out for as long as they run", async () => {
    await stack.set({ tag: "2.0.0" });
    const seen = new Set<string>();
    const looking = new AbortController();
    const looked = (async () => {
      const visitor = new Visitor(stack.url);
      while (!looking.signal.aborted) {
        const { status, headers } = await visitor.ask("/api/version/");
        seen.add(status === 503 ? `503 ${headers["retry-after"] === undefined ? "at once" : "later"}` : String(status));
        await pause(100);
      }
    })();
    const { said } = await stack.up().finally(() => looking.abort());
    await looked;
    says(said, /visitors are kept out for migration orders\.0003_customer_to_buyer[\s\S]*visitors are let in again/);
    assert.deepEqual([...seen].sort(), ["200", "503 later"]);
    assert.equal((await new Visitor(stack.url).ask("/")).status, 200);
  });

  it("that an older release does not know keep it from coming back, with three ways on", async () => {
    await stack.set({ tag: "1.1.0" });
    const planned = await stack.tidemark(["plan"]);
    assert.equal(planned.exitCode, 1);
    says(planned.said, /none would run, for the database is ahead of 1\.1\.0:\n +orders\.0003_customer_to_buyer\n/);
    const said = await refused();
    says(said, /The database is ahead of 1\.1\.0: .*\n +orders\.0003_customer_to_buyer\n/);
    says(said, /pulumi config set --path database\.onAhead allow --stack migrates/);
    says(said, /npx tidemark rollback 1\.1\.0 --with-data --stack migrates/);
    says(said, /pulumi config set tag TAG --stack migrates/);
  });

  it("are left out, and it is said, where an older release may come back all the same", async () => {
    await stack.set({ "database.onAhead": "allow" });
    const { said } = await stack.up();
    says(said, /migrate: left out, for the database is ahead of 1\.1\.0 by orders\.0003_customer_to_buyer/);
    assert.equal(await version(), "1.1.0");
    assert.ok((await applied()).includes("orders.0003_customer_to_buyer"));
    assert.deepEqual(await stack.preview(), []);
  });

  const refused = (): Promise<string> => refusedUp(stack, ["web", "worker", "beat", "edge"]);

  async function objects(): Promise<string[]> {
    return (await everything(stack.docker, [])).filter((line) => line.includes(stack.prefix));
  }

  async function applied(): Promise<string[]> {
    const all = await rows<{ name: string }>(
      stack,
      "SELECT app || '.' || name AS name FROM django_migrations ORDER BY app || '.' || name COLLATE \"C\"",
    );
    return all.map(({ name }) => name);
  }

  async function columns(): Promise<unknown[]> {
    return rows(
      stack,
      "SELECT attrelid::regclass::text, attname FROM pg_attribute WHERE attrelid = 'orders_order'::regclass",
    );
  }

  async function waiting(): Promise<true | undefined> {
    const all = await rows(stack, "SELECT FROM pg_stat_activity WHERE application_name = $1", [
      `tidemark ${stack.prefix} 1.1.0`,
    ]);
    return all.length > 0 ? true : undefined;
  }

  async function version(): Promise<string> {
    return (await new Visitor(stack.url).json<{ version: string }>("/api/version/")).version;
  }
});
