import assert from "node:assert/strict";
import * as path from "node:path";
import { after, before, describe, it } from "node:test";
import { execa } from "execa";
import { inspect, lines } from "../../operations/docker";
import { eventually } from "./eventually";
import { leftOver } from "./left-over";
import { end, says } from "./says";
import { Stack } from "./stack";
import { Visitor } from "./visitor";

const TIDEMARK = path.resolve(__dirname, "../../cli/tidemark.js");

describe("a volume that is removed behind Tidemark's back", { timeout: 900_000 }, () => {
  let stack: Stack;
  let visitor: Visitor;
  before(async () => {
    stack = await Stack.fresh("lost");
    await stack.up();
    visitor = new Visitor(stack.url);
  });
  after(async () => {
    await stack.down();
    assert.deepEqual(await leftOver(stack.docker, stack.prefix), []);
  });

  it("is not taken for a new database, neither by Swarm nor by an up, and the edge says that the shop is away", async (context) => {
    assert.equal(
      (await visitor.post("/api/orders/", { key: "before-the-loss", customer: "Ada", item: "Assam", quantity: 1 }))
        .status,
      201,
    );
    await lose(["postgres"], "postgres-g1");
    await refusing("postgres");

    const started = Date.now();
    const { headers, text } = await eventually("the edge says that the shop is away", async () => {
      const answer = await visitor.ask("/");
      return answer.status === 503 && answer.headers["retry-after"] !== undefined ? answer : undefined;
    });
    context.diagnostic(`away ${((Date.now() - started) / 1000).toFixed(1)} s after the database refused`);
    assert.match(headers["content-type"] ?? "", /^text\/html/);
    assert.doesNotMatch(text, /Traceback|OperationalError/);

    for (const run of [
      await stack.tidemark(["up", "--yes"]),
      await stack.pulumi(["up", "--yes", "--skip-preview", "--refresh=false", "--stack", stack.name]),
    ]) {
      assert.notEqual(run.exitCode, 0, end(run.said));
      says(run.said, /database\.generation: 1 {2}Its volume shop-lost-postgres-g1, filled on \d{4}-\d\d-\d\d, is lost/);
    }
    assert.deepEqual(await files("postgres-g1"), [], "something was written to the volume");
  });

  it("comes back as status says, on a volume of another name", async () => {
    await asStatusSays(
      /The volume shop-lost-postgres-g1, filled on .* is lost: there is an empty one that Swarm made in its place/,
    );
    await eventually("the shop is back", async () => ((await visitor.ask("/")).status === 200 ? true : undefined));
    assert.equal((await visitor.ask("/health/ready/")).status, 200);
    const { orders } = await visitor.json<{ orders: { key: string }[] }>("/api/orders/");
    assert.ok(!orders.some(({ key }) => key === "before-the-loss"), "it is a new database");
    assert.deepEqual(await mounted("postgres", "/var/lib/postgresql/data"), `${stack.prefix}-postgres-g2`);
    assert.deepEqual(await stack.preview(), []);
  });

  it("is not taken for new uploads either", async () => {
    await lose(["web", "worker", "beat", "edge"], "media-g1");
    await refusing("web");
    const { status, headers } = await eventually(
      "the edge serves",
      async () => visitor.ask("/").catch(() => undefined),
      60_000,
    );
    assert.equal(status, 503);
    assert.ok(headers["retry-after"]);
    const { exitCode, said } = await stack.tidemark(["up", "--yes"]);
    assert.notEqual(exitCode, 0);
    says(said, /media\.generation: 1 {2}Its volume shop-lost-media-g1, filled on/);
    assert.deepEqual(await files("media-g1"), []);

    await asStatusSays(/The volume shop-lost-media-g1, filled on .* is lost/);
    assert.equal((await visitor.ask("/health/ready/")).status, 200);
    assert.deepEqual(await mounted("web", "/app/media"), `${stack.prefix}-media-g2`);
    assert.deepEqual(await stack.preview(), []);
  });

  /** Stops who uses it, removes it, and lets Swarm start them again. */
  async function lose(roles: string[], volume: string): Promise<void> {
    const names = roles.map((role) => `${stack.prefix}-${role}`);
    const replicas = await Promise.all(names.map(async (name) => (await specOf(name)).Mode.Replicated.Replicas));
    await stack.docker(["service", "scale", "--detach", ...names.map((name) => `${name}=0`)]);
    await eventually(
      "its users have stopped and it is removed",
      async () => {
        const users = await lines(stack.docker, [
          "ps",
          "--all",
          "--quiet",
          "--filter",
          `volume=${stack.prefix}-${volume}`,
        ]);
        if ((await lines(stack.docker, ["ps", "--quiet", "--filter", `volume=${stack.prefix}-${volume}`])).length > 0)
          return undefined;
        if (users.length > 0) await stack.docker(["rm", "--force", ...users]);
        return stack.docker(["volume", "rm", `${stack.prefix}-${volume}`]);
      },
      90_000,
    );
    await stack.docker(["service", "scale", "--detach", ...names.map((name, index) => `${name}=${replicas[index]}`)]);
  }

  async function refusing(role: string): Promise<void> {
    await eventually(
      `${role} refuses its volume`,
      async () => {
        const log = await stack.docker(["service", "logs", "--raw", "--tail", "20", `${stack.prefix}-${role}`], {
          all: true,
        });
        return /was not started|nothing is started on it/.exec(log) ?? undefined;
      },
      60_000,
    );
  }

  /** Types what status tells to, to the letter but for how the CLI is reached from here. */
  async function asStatusSays(expected: RegExp): Promise<void> {
    const { exitCode, said } = await stack.tidemark(["status"]);
    assert.equal(exitCode, 1, end(said));
    says(said, expected);
    const [, typed = ""] = said.split("  Type:\n");
    const commands = typed
      .split("\n")
      .map((line) => line.trim())
      .filter((line) => /^(eval|pulumi|npx) /.test(line));
    assert.equal(commands.length, 3, end(said));
    const npx = `npx() { shift; "${process.execPath}" "${TIDEMARK}" "$@"; }`;
    const script = [npx, ...commands].join("\n").replace(/ up$/m, " up --yes");
    const { exitCode: code, all } = await execa("sh", ["-ec", script], { cwd: stack.folder, all: true, reject: false });
    assert.equal(code, 0, all);
  }

  async function files(volume: string): Promise<string[]> {
    const [found] = await inspect<{ Mountpoint: string }>(stack.docker, "volume", [`${stack.prefix}-${volume}`]);
    if (!found) return [];
    return lines(async ([at = ""]) => (await execa("find", [at, "-mindepth", "1"])).stdout, [found.Mountpoint]);
  }

  async function mounted(role: string, target: string): Promise<string | undefined> {
    const { TaskTemplate } = await specOf(`${stack.prefix}-${role}`);
    return TaskTemplate.ContainerSpec.Mounts.find(({ Target }) => Target === target)?.Source;
  }

  async function specOf(name: string) {
    const [found] = await inspect<{
      Spec: {
        Mode: { Replicated: { Replicas: number } };
        TaskTemplate: { ContainerSpec: { Mounts: { Source: string; Target: string }[] } };
      };
    }>(stack.docker, "service", [name]);
    return found?.Spec ?? assert.fail(`no service ${name}`);
  }
});
