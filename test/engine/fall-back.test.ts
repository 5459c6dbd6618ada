import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { notThereOnce } from "./database";
import { Load, told } from "./load";
import { end, says } from "./says";
import { specifications } from "./specifications";
import { Stack, type Changes, type Ran } from "./stack";
import { Visitor } from "./visitor";

const ROLLING = ["web", "worker", "beat", "edge"];

describe("a release that does not run", { timeout: 1_200_000 }, () => {
  let stack: Stack;
  let proven: object[];

  before(async () => {
    stack = await Stack.fresh("fall-back", { tag: "1.0.0", "processes.web.health.start": "20s" });
    await stack.up();
    proven = await specifications(stack, ROLLING);
  });
  after(() => stack.down());

  /** Tries a release under load, and wants all to be as before. */
  async function failing(changes: Changes): Promise<Ran> {
    await stack.set(changes);
    const load = await Load.start(stack.url, { rate: 120 });
    const ran = await stack.tidemark(["up", "--yes"]).finally(() => load.stop());
    const { failures, keys, requests } = await load.stop();
    assert.equal(ran.exitCode, 1, end(ran.said));
    assert.deepEqual(told(failures), []);
    assert.ok(requests > 1000, `only ${requests} requests`);
    assert.deepEqual(await notThereOnce(stack, keys), []);
    assert.deepEqual(await specifications(stack, ROLLING), proven);
    assert.equal((await new Visitor(stack.url).json<{ version: string }>("/api/version/")).version, "1.0.0");
    return ran;
  }

  it("goes back to the whole former specification, and names the cause", async () => {
    const { said } = await failing({ tag: "1.1.1-unhealthy" });
    says(said, /shop-fall-back-web fell back to 1\.0\.0 \(sha256:\w+\): not healthy: .*503/);
    says(said, /Back on 1\.0\.0 after [\d.]+ s: .*shop-fall-back-beat.*shop-fall-back-worker/);
  });

  it("is shown by the next preview as what is still to come", async () => {
    const changes = await stack.preview();
    for (const name of ["web", "worker", "beat"])
      assert.ok(
        changes.some((change) => change.name === `shop-fall-back-${name}-task` && change.op === "update"),
        `${name}: ${JSON.stringify(changes)}`,
      );
    const { said } = await stack.pulumi(["preview", "--stack", stack.name]);
    says(said, /beat, web, worker: 1\.0\.0 \(sha256:\w+\) -> 1\.1\.1-unhealthy \(sha256:\w+\)/);
  });

  it("goes back also where it changed a secret and a mount", async () => {
    await stack.setSecret("DJANGO_SECRET_KEY", "another 0123456789abcdef0123456789abcdef0123456789abcdef");
    const { said } = await failing({
      "volumes.exports": {},
      "processes.web.volumes": { exports: "/srv/exports" },
      "processes.worker.volumes": { exports: "/srv/exports" },
    });
    says(said, /Back on 1\.0\.0/);
    await stack.setSecret("DJANGO_SECRET_KEY", "django fall-back 0123456789abcdef0123456789abcdef0123456789");
    await stack.set({ volumes: undefined, "processes.web.volumes": undefined, "processes.worker.volumes": undefined });
  });

  it("takes the web back where only the worker does not run", async () => {
    const { said } = await failing({ tag: "1.1.3-crashing-worker" });
    says(said, /shop-fall-back-worker fell back to 1\.0\.0[\s\S]*price list: no such file/);
    says(said, /Back on 1\.0\.0 after [\d.]+ s: .*shop-fall-back-web/);
  });

  it("goes back where no node can take a process, with Docker's own reason", async () => {
    const { said } = await failing({ tag: "1.1.0", "processes.worker.placement": { disk: "nowhere" } });
    says(said, /shop-fall-back-worker no node can take it: no suitable node/);
    await stack.set({ "processes.worker.placement": undefined });
  });

  it("makes room for a good one", async () => {
    await stack.set({ tag: "1.1.0" });
    await stack.up();
    assert.deepEqual(await stack.preview(), []);
    assert.equal((await new Visitor(stack.url).json<{ version: string }>("/api/version/")).version, "1.1.0");
    const { answer } = await stack.tidemark(["releases", "--json"]);
    const releases = JSON.parse(answer) as { tag: string; result: string; runs: string[] }[];
    assert.deepEqual(
      releases.map(({ tag, result }) => `${tag} ${result}`),
      [
        "1.1.0 good",
        "1.1.0 fell back",
        "1.1.3-crashing-worker fell back",
        "1.1.1-unhealthy fell back",
        "1.1.1-unhealthy fell back",
        "1.0.0 good",
      ],
    );
    assert.deepEqual(releases[0]?.runs, ["beat", "web", "worker"]);
  });
});
