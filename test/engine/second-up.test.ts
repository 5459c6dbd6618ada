import assert from "node:assert/strict";
import { rm } from "node:fs/promises";
import { after, before, it } from "node:test";
import { inspect } from "../../operations/docker";
import { eventually } from "./eventually";
import { everything, otherStacks } from "./everything";
import { says } from "./says";
import { Stack } from "./stack";
import { Visitor } from "./visitor";

let stack: Stack;

before(async () => {
  stack = await Stack.fresh("second");
  await stack.up();
});
after(() => stack.down());

it("previews a stack that is not there yet and leaves Docker as it was", async () => {
  const empty = await Stack.fresh("unborn");
  try {
    const others = await otherStacks(empty.docker, empty.prefix);
    const former = await everything(empty.docker, others);
    const steps = await empty.preview();
    const now = await everything(empty.docker, others);
    assert.deepEqual(now, former);
    assert.ok(steps.some(({ name, op }) => name === `${empty.prefix}-web-task` && op === "create"));
    assert.deepEqual(Object.values(await empty.objects()).flat(), []);
  } finally {
    await rm(empty.folder, { recursive: true });
  }
});

it("changes nothing at a second up, and a preview shows nothing", async () => {
  const { said } = await stack.pulumiUp();
  says(said, /^Resources:\n +\d+ unchanged$/m);
  assert.doesNotMatch(said, /\d+ (created|updated|replaced|deleted|changed)/);
  assert.deepEqual(await stack.preview(), []);
});

it("shows what was changed by hand as exactly that, and heals it", async () => {
  const former = await specifications();
  await byHand("worker", "--label-add", "made-by=hand");
  assert.deepEqual(await stack.preview(), [{ name: `${stack.prefix}-worker-task`, op: "update" }]);
  await byHand("web", "--replicas", "1");
  await byHand("redis", "--limit-memory", "150m");
  await byHand("beat", "--env-add", "MADE_BY=hand");
  assert.deepEqual(
    byName(await stack.preview()),
    ["beat", "redis", "web", "worker"].map((role) => ({ name: `${stack.prefix}-${role}-task`, op: "update" })),
  );
  const { said } = await stack.pulumiUp();
  says(said, /^Resources:\n +~ 4 updated\n +\d+ unchanged$/m);
  assert.deepEqual(await specifications(), former);
  assert.deepEqual(await stack.preview(), []);
});

it("shows that the edge's files were edited by hand, and writes them again under the running edge", async () => {
  const [edge = ""] = await stack.containers("edge");
  const former = await fingerprint(edge);
  await stack.docker(["exec", edge, "sh", "-c", "echo '# by hand' >>/etc/edge/current/nginx.conf"]);
  assert.notEqual((await fingerprint(edge)).hash, former.hash);
  assert.deepEqual(byName(await stack.preview()), writtenAgain());
  await stack.pulumiUp();
  assert.deepEqual(await stack.containers("edge"), [edge]);
  assert.equal((await fingerprint(edge)).hash, former.hash);
  assert.equal(
    await stack.docker(["exec", edge, "grep", "-c", "by hand", "/etc/edge/current/nginx.conf"]).catch(() => "0"),
    "0",
  );
  assert.deepEqual(await stack.preview(), []);
});

it("writes a lost edge volume again", async () => {
  const [service, volume, visitor] = [`${stack.prefix}-edge`, `${stack.prefix}-edge-files`, new Visitor(stack.url)];
  await stack.docker(["service", "scale", "--detach", `${service}=0`]);
  await eventually("the edge's volume is gone", () => stack.docker(["volume", "rm", volume]).catch(stillThere));
  await stack.docker(["service", "scale", "--detach", `${service}=1`]);
  const maintenance = await eventually("the maintenance page", () => visitor.ask("/api/version/").catch(notYet));
  assert.equal(maintenance.status, 503);
  assert.deepEqual(byName(await stack.preview()), writtenAgain());
  await stack.pulumiUp();
  await eventually(
    "the shop again",
    async () => (await visitor.ask("/api/version/").catch(notYet))?.status === 200 || undefined,
  );
  assert.deepEqual(await stack.preview(), []);
});

async function byHand(role: string, ...flags: string[]): Promise<void> {
  await stack.docker(["service", "update", "--detach", "--quiet", ...flags, `${stack.prefix}-${role}`]);
}

async function specifications(): Promise<unknown[]> {
  const { service } = await stack.objects();
  const all = await inspect<{ Spec: { Name: string } }>(stack.docker, "service", service);
  return all.map(({ Spec }) => Spec).sort((a, b) => a.Name.localeCompare(b.Name));
}

function writtenAgain(): { name: string; op: string }[] {
  return [
    { name: `${stack.prefix}-edge-document-secret`, op: "replace" },
    { name: `${stack.prefix}-edge-staged-run`, op: "update" },
    { name: `${stack.prefix}-roll-run`, op: "replace" },
  ];
}

async function fingerprint(container: string): Promise<{ hash: string }> {
  return JSON.parse(await stack.docker(["exec", container, "tidemark-edge", "fingerprint"])) as { hash: string };
}

function byName(steps: { name: string; op: string }[]): { name: string; op: string }[] {
  return [...steps].sort((a, b) => a.name.localeCompare(b.name));
}

function stillThere(error: Error): undefined {
  if (!/in use/.test(error.message)) throw error;
}

function notYet(error: NodeJS.ErrnoException): undefined {
  if (error.code !== "ECONNREFUSED" && error.code !== "ECONNRESET") throw error;
}
