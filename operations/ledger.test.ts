import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { DockerError, type Docker } from "./docker";
import { begin, finish, forgetOldest, inOrder, records, recordsAt, standing, type ReleaseFacts } from "./ledger";

/** Swarm's configs, in memory; and the lock of whoever is at work. */
function swarm(): { docker: Docker; names: () => string[]; all: () => unknown[]; nextRun: () => void } {
  const configs = new Map<string, string>();
  const config = (name: string): object => ({
    Spec: { Data: Buffer.from(configs.get(name) ?? "").toString("base64") },
  });
  let run = 0;
  const docker: Docker = async (args, { input } = {}) => {
    const [, verb, ...rest] = args;
    const name = rest.at(-1) === "-" ? (rest.at(-2) ?? "") : (rest.at(-1) ?? "");
    if (verb === "ls") return [...configs.keys()].join("\n");
    if (verb === "inspect" && name.endsWith("-lock")) return JSON.stringify(run === 0 ? [] : [{ ID: `run ${run}` }]);
    if (verb === "inspect") return JSON.stringify(rest.map(config));
    if (verb === "rm") configs.delete(name);
    if (verb === "create") {
      if (configs.has(name)) throw new DockerError(args, "Error response: config already exists", 1);
      configs.set(name, String(input));
    }
    return "";
  };
  return {
    docker,
    names: () => [...configs.keys()],
    all: () => [...configs.keys()].map(config),
    nextRun: () => void run++,
  };
}

const facts = (tag: string): ReleaseFacts => ({
  prefix: "shop-prod",
  tag,
  images: { web: `shop:${tag}@sha256:${tag}` },
});

describe("the ledger", () => {
  it("numbers releases, and gives each one record, of its end", async () => {
    const { docker, names, nextRun } = swarm();
    nextRun();
    await begin(docker, facts("1"));
    await finish(docker, facts("1"), { result: "good" });
    nextRun();
    await begin(docker, facts("2"));
    await finish(docker, facts("2"), { result: "fell back", why: "web fell back" });
    nextRun();
    await begin(docker, facts("3"));
    assert.deepEqual(
      (await records(docker, "shop-prod")).map(({ number, tag, result }) => [number, tag, result]),
      [
        [3, "3", "begun"],
        [2, "2", "fell back"],
        [1, "1", "good"],
      ],
    );
    assert.deepEqual(names(), ["shop-prod-release-1", "shop-prod-release-2", "shop-prod-release-3-begun"]);
  });

  it("is read the same in one question to Docker itself", async () => {
    const { docker, all } = swarm();
    for (const tag of ["1", "2"]) await finish(docker, facts(tag), { result: "good" });
    const api = async (method: string, path: string): Promise<unknown> => {
      assert.match(
        `${method} ${decodeURIComponent(path)}`,
        /^GET \/configs\?.*tidemark\.stack=shop-prod.*role=release/,
      );
      return all();
    };
    assert.deepEqual(await recordsAt(api, "shop-prod"), await records(docker, "shop-prod"));
  });

  it("gives a run one record, whichever of its steps speaks first, and the first failure as its reason", async () => {
    const { docker, nextRun } = swarm();
    nextRun();
    const [mark, preflight] = await Promise.all([
      begin(docker, facts("1")),
      finish(docker, facts("1"), { result: "failed", why: "preflight" }),
    ]);
    assert.deepEqual([mark.number, preflight.number, preflight.why], [1, 1, "preflight"]);
    assert.equal((await finish(docker, facts("1"), { result: "failed", why: "static files" })).why, "preflight");
    nextRun();
    assert.equal((await begin(docker, facts("1"))).number, 2);
  });

  it("gives a number to what ends without having begun, and to each try of the same tag", async () => {
    const { docker } = swarm();
    await finish(docker, facts("1"), { result: "good" });
    const again = await finish(docker, facts("1"), { result: "good" });
    assert.equal(again.number, 2);
  });

  it("takes the next number when another run was quicker", async () => {
    const { docker } = swarm();
    const [one, two] = await Promise.all([begin(docker, facts("1")), begin(docker, facts("2"))]);
    assert.deepEqual([one.number, two.number].sort(), [1, 2]);
  });

  it("knows as standing the newest that was proven", async () => {
    const { docker } = swarm();
    for (const [tag, result] of [
      ["1", "good"],
      ["2", "good"],
      ["3", "failed"],
    ] as const)
      await finish(docker, facts(tag), { result });
    assert.equal(standing(await records(docker, "shop-prod"))?.tag, "2");
  });

  it("forgets the oldest, but not the one that stands", async () => {
    const { docker } = swarm();
    for (const [tag, result] of [
      ["1", "good"],
      ["2", "good"],
      ["3", "failed"],
      ["4", "failed"],
      ["5", "failed"],
    ] as const)
      await finish(docker, facts(tag), { result });
    await forgetOldest(docker, "shop-prod", 2);
    assert.deepEqual(
      (await records(docker, "shop-prod")).map(({ tag }) => tag),
      ["5", "4", "2"],
    );
  });

  it("reads the end before the beginning that was not removed yet", () =>
    assert.deepEqual(
      inOrder([
        { number: 1, tag: "1", images: {}, who: "", at: "", result: "begun" },
        { number: 1, tag: "1", images: {}, who: "", at: "", result: "good" },
      ]).map(({ result }) => result),
      ["good"],
    ));
});
