import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { end, says } from "./says";
import { Stack } from "./stack";
import { Visitor } from "./visitor";

interface Told {
  number: number;
  tag: string;
  images: Record<string, string>;
  commit?: string;
  who: string;
  result: string;
  migrations: string[];
  runs: string[];
}

const digestOf = (pinned = ""): string => pinned.split("@")[1] ?? "";

describe("the history of a stack", { timeout: 1_500_000 }, () => {
  let stack: Stack;
  const version = async (): Promise<string> =>
    (await new Visitor(stack.url).json<{ version: string }>("/api/version/")).version;
  const releases = async (): Promise<Told[]> =>
    JSON.parse((await stack.tidemark(["releases", "--json"])).answer) as Told[];

  before(async () => {
    stack = await Stack.fresh("history", {
      tag: "1.0.0",
      image: "history-shop",
      // The older releases can live with the database of the newer ones.
      "database.onAhead": "allow",
    });
    await stack.up();
  });
  after(() => stack.down());

  it("tells each release with its digest, its commit and who made it, and what runs", async () => {
    await stack.set({ tag: "1.1.0" });
    await stack.up();
    const [newest, first] = await releases();
    assert.ok(newest && first);
    assert.deepEqual([newest.tag, newest.result, newest.runs], ["1.1.0", "good", ["beat", "web", "worker"]]);
    assert.deepEqual([first.tag, first.result, first.runs], ["1.0.0", "good", []]);
    assert.match(newest.images.web ?? "", /history-shop:1\.1\.0@sha256:[0-9a-f]{64}$/);
    assert.match(newest.commit ?? "", /^[0-9a-f]{40}$/);
    assert.match(newest.who, /^\S+@\S+$/);
    const { said } = await stack.pulumi(["stack", "history", "--json", "--stack", stack.name]);
    const updates = JSON.parse(said) as { config: Record<string, { value: string }> }[];
    assert.deepEqual(updates.map(({ config }) => config["tidemark:tag"]?.value).slice(0, 2), ["1.1.0", "1.0.0"]);
  });

  it("leads back to the release before, and is asked again in between", async () => {
    const asked = await stack.tidemark(["rollback"]);
    assert.notEqual(asked.exitCode, 0);
    says(asked.said, /web, worker: 1\.1\.0 \(sha256:\w+\) -> 1\.0\.0 \(sha256:\w+\)[\s\S]*add --yes/);
    assert.equal(await version(), "1.1.0");
    says((await stack.pulumi(["config", "get", "tag", "--stack", stack.name])).said, /^1\.1\.0\s*$/);

    const { exitCode, said } = await stack.tidemark(["rollback", "--yes"]);
    assert.equal(exitCode, 0, end(said));
    assert.equal(await version(), "1.0.0");
    assert.deepEqual(await stack.preview(), []);
  });

  it("leads back to the very image that a tag meant, whatever was pushed under it since", async () => {
    const [before] = await releases();
    const recorded = digestOf(before?.images.web);
    await stack.set({ tag: "1.1.0" });
    await stack.up();
    await push(stack, "1.0.0", "1.0.0");

    await stack.set({ tag: "1.0.0" });
    const { said } = await stack.pulumi(["preview", "--stack", stack.name]);
    const digests = [...said.matchAll(/-> 1\.0\.0 \((sha256:\w+)\)/g)].map(([, digest = ""]) => digest);
    assert.ok(digests.length > 0 && digests.every((digest) => !recorded.startsWith(digest)), said);
    await stack.set({ tag: "1.1.0" });

    const { exitCode, said: done } = await stack.tidemark(["rollback", "1.0.0", "--yes"]);
    assert.equal(exitCode, 0, end(done));
    const [newest] = await releases();
    assert.equal(digestOf(newest?.images.web), recorded);
    assert.equal(await version(), "1.0.0");

    await stack.set({ tag: "1.0.0" });
    const { said: again } = await stack.pulumi(["preview", "--stack", stack.name]);
    assert.match(again, /1\.0\.0 \(sha256:\w+\) -> 1\.0\.0 \(sha256:\w+\), for this tag was pushed again/);
  });

  it("leads back to any of the last five", async () => {
    const five = ["1.0.1", "1.0.2", "1.1.0", "1.1.1", "1.1.5-tidied"];
    for (const tag of ["1.0.1", "1.0.2"]) await push(stack, "1.0.0", tag);
    await push(stack, "1.1.0", "1.1.1");
    for (const tag of five) {
      await stack.set({ tag });
      await stack.up();
    }
    const recorded = new Map((await releases()).slice(0, 5).map(({ tag, images }) => [tag, images.web]));
    assert.deepEqual([...recorded.keys()].sort(), five);
    for (const tag of five) {
      const { exitCode, said } = await stack.tidemark(["rollback", tag, "--yes"]);
      assert.equal(exitCode, 0, end(said));
      const [newest] = await releases();
      assert.deepEqual([newest?.tag, newest?.images.web], [tag, recorded.get(tag)]);
      assert.deepEqual(newest?.runs, ["beat", "web", "worker"]);
    }
  });

  it("refuses a tag that was never a good release of the stack", async () => {
    const { exitCode, said } = await stack.tidemark(["rollback", "0.9.0", "--yes"]);
    assert.equal(exitCode, 1);
    says(said, /0\.9\.0 was never a good release of this stack\. There are/);
  });
});

/** The same application, but another image: under its own tag again, or under another one. */
async function push(stack: Stack, from: string, tag: string): Promise<void> {
  const name = "127.0.0.1:5000/history-shop";
  const input = `FROM ${name}:${from}\nLABEL pushed=${Date.now()}\n`;
  await stack.docker(["build", "--quiet", "--tag", `${name}:${tag}`, "-"], { input });
  await stack.docker(["push", "--quiet", `${name}:${tag}`], { timeoutMs: 120_000 });
}
