import assert from "node:assert/strict";
import { cp, readdir, rename, rm, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import * as path from "node:path";
import { after, before, describe, it } from "node:test";
import { inspect, lines } from "../../operations/docker";
import { processes, survivors } from "../../operations/survivors";
import { tasksOf } from "../../operations/tasks";
import { chance } from "./chance";
import { eventually } from "./eventually";
import { killedUp } from "./killing";
import { leftOver } from "./left-over";
import { end, says } from "./says";
import { Stack } from "./stack";
import { Visitor } from "./visitor";

const KILLS = 5;
const SERVICES = ["beat", "edge", "logs", "postgres", "postgres-access", "redis", "web", "worker"];

describe("an up that is killed", { timeout: 600_000 }, () => {
  let stack: Stack;
  before(async () => {
    stack = await Stack.fresh("killed");
  });
  after(() => stack.down());

  it("is taken up again by the next one, wherever it was killed", async (context) => {
    const seed = Number(process.env.SEED ?? Date.now() % 100_000);
    const next = chance(seed);
    context.diagnostic(`SEED=${seed}`);
    for (let nth = 1; nth <= KILLS; nth++) {
      const { exitCode, step, said } = await killedUp(stack, 4 + Math.floor(next() * 10), next() * 700);
      context.diagnostic(`kill ${nth}: after ${step}`);
      assert.equal(exitCode, undefined, `it ended before it was killed:\n${said}`);
      if (nth > 1) says(said, /The lock of a run that is gone \(pid \d+\) was removed\./);
    }

    const bare = await stack.pulumi(["up", "--yes", "--skip-preview", "--stack", stack.name]);
    assert.notEqual(bare.exitCode, 0);
    says(bare.said, /the stack is currently locked by 1 lock\(s\)[\s\S]*pulumi cancel/);

    await stack.up();
    assert.deepEqual(await stack.preview(), []);
    assert.equal((await new Visitor(stack.url).ask("/health/ready/")).status, 200);
    assert.deepEqual(
      await services(stack),
      SERVICES.map((role) => `${stack.prefix}-${role}`),
    );
    const environment = await stack.environment();
    const helpers = survivors(await processes(), {
      folder: stack.folder,
      backend: environment.PULUMI_BACKEND_URL ?? "",
    });
    assert.deepEqual(helpers, [], "helpers of the killed runs are still there");
  });

  it("leaves a stack alone that a living process holds, and says who and since when", async () => {
    const folder = path.join(
      stack.folder,
      ".tidemark",
      "state",
      ".pulumi",
      "locks",
      "organization",
      "tidemark",
      stack.name,
    );
    const lock = path.join(folder, "of-this-test.json");
    const its = { pid: process.pid, username: "ada", hostname: hostname(), timestamp: new Date().toISOString() };
    await writeFile(lock, JSON.stringify(its));
    const [before, { exitCode, said }] = [await versions(stack), await stack.tidemark(["up", "--yes"])];
    assert.equal(exitCode, 1);
    assert.ok(
      said.includes(
        `killed is being updated by ada@${hostname()} (pid ${process.pid}) since ${its.timestamp.slice(0, 19)}Z`,
      ),
      said,
    );
    assert.deepEqual([await versions(stack), (await readdir(folder)).includes(path.basename(lock))], [before, true]);
    await rm(lock);
  });

  it("leaves a stack alone that another copy of the state is at work on, and says who and since when", async () => {
    await stack.set({ tag: "1.1.0" });
    const first = stack.tidemark(["up", "--yes"]);
    await eventually(
      "the stack is taken",
      async () => (await lines(stack.docker, ["config", "ls", "--quiet", "--filter", `name=${stack.prefix}-lock`]))[0],
      120_000,
    );
    const copy = path.join(stack.folder, "another-state");
    await cp(path.join(stack.folder, ".tidemark", "state"), copy, { recursive: true });
    await rm(path.join(copy, ".pulumi", "locks"), { recursive: true });
    const second = await stack.pulumi(["up", "--yes", "--skip-preview", "--stack", stack.name], "", {
      PULUMI_BACKEND_URL: `file://${copy}`,
    });
    assert.notEqual(second.exitCode, 0, end(second.said));
    says(second.said, /shop-killed is being updated by \S+@\S+ \(pid \d+\) since \d{4}-\d\d-\d\dT[\d:]+Z/);
    const { exitCode, said } = await first;
    assert.equal(exitCode, 0, end(said));
    assert.deepEqual(await stack.preview(), []);
  });

  it("removes what carries the stack's label and is not in its state, but never a volume", async () => {
    const stray = `${stack.prefix}-stray`;
    const label = ["--label", `tidemark.stack=${stack.prefix}`];
    const [edge] = await inspect<{ Spec: { TaskTemplate: { ContainerSpec: { Image: string } } } }>(
      stack.docker,
      "service",
      [`${stack.prefix}-edge`],
    );
    const image = edge?.Spec.TaskTemplate.ContainerSpec.Image ?? "";
    await stack.docker(["network", "create", "--driver", "overlay", ...label, stray]);
    await stack.docker(["config", "create", ...label, stray, "-"], { input: "stray" });
    await stack.docker([
      "service",
      "create",
      "--detach",
      "--name",
      stray,
      ...label,
      "--network",
      stray,
      "--config",
      stray,
      "--entrypoint",
      "sleep",
      image,
      "600",
    ]);
    await stack.docker(["volume", "create", ...label, stray]);
    const before = await versions(stack);

    const { said } = await stack.up();

    for (const kind of ["service", "network", "config"])
      says(said, new RegExp(`Removed, for the state knows nothing of them: .*${kind} ${stray}`));
    const left = await eventually("its task has ended", async () => {
      const all = await leftOver(stack.docker, stray);
      return all.some((line) => line.startsWith("container ")) ? undefined : all;
    });
    assert.deepEqual(left, [`volume ${stray}`]);
    assert.deepEqual(
      await versions(stack),
      before.filter((line) => !line.startsWith(`${stray} `)),
    );
  });

  it("refuses to go on from an empty state while the application runs, and says what to do", async () => {
    const file = path.join(stack.folder, ".tidemark", "state", ".pulumi", "stacks", "tidemark", `${stack.name}.json`);
    await rename(file, `${file}.aside`);
    try {
      const before = await versions(stack);
      const { exitCode, said } = await stack.tidemark(["up", "--yes"]);
      assert.equal(exitCode, 1, end(said));
      says(
        said,
        /The state of killed knows of nothing, but 8 services of shop-killed are on this Docker host, so nothing was touched\./,
      );
      says(said, /pulumi stack import --stack killed --file COPY/);
      assert.deepEqual(await versions(stack), before);
    } finally {
      await rename(`${file}.aside`, file);
    }
    assert.deepEqual(await stack.preview(), []);
  });

  it("is taken down with nothing left over, an exited job's container included", async () => {
    await exitedJob(stack);
    assert.ok(
      (await leftOver(stack.docker, stack.prefix)).some((line) =>
        line.startsWith(`container ${stack.prefix}-ended-job`),
      ),
    );
    const { exitCode, said } = await stack.tidemark(["down", "--yes"]);
    assert.equal(exitCode, 0, end(said));
    assert.deepEqual(await stack.objects(), {
      service: [],
      container: [],
      config: [],
      secret: [],
      network: [],
      volume: [],
    });
    assert.deepEqual(await leftOver(stack.docker, stack.prefix), []);
  });
});

async function services(stack: Stack): Promise<string[]> {
  return (await leftOver(stack.docker, stack.prefix))
    .filter((line) => line.startsWith("service "))
    .map((line) => line.slice("service ".length));
}

/** Each service with the version of its specification: it rises with whatever is done to it. */
async function versions(stack: Stack): Promise<string[]> {
  const all = await inspect<{ ID: string; Spec: { Name: string }; Version: { Index: number } }>(
    stack.docker,
    "service",
    await services(stack),
  );
  return all.map(({ ID, Spec }) => `${Spec.Name} ${ID}`).sort();
}

/** Docker 20.10 keeps the container of a job whose service is removed. */
async function exitedJob(stack: Stack): Promise<void> {
  const name = `${stack.prefix}-ended-job`;
  const [image = ""] = await lines(stack.docker, [
    "service",
    "ls",
    "--filter",
    `name=${stack.prefix}-edge`,
    "--format",
    "{{.Image}}",
  ]);
  const labels = ["--label", "--container-label"].flatMap((flag) => [
    flag,
    `tidemark.stack=${stack.prefix}`,
    flag,
    "tidemark.role=job",
  ]);
  await stack.docker([
    "service",
    "create",
    "--detach",
    "--mode",
    "replicated-job",
    "--restart-condition",
    "none",
    "--name",
    name,
    ...labels,
    "--entrypoint",
    "true",
    image,
  ]);
  await eventually("the job has ended", async () =>
    (await tasksOf(stack.docker, [name])).find(({ Status }) => Status.State === "complete"),
  );
  await stack.docker(["service", "rm", name]);
}
