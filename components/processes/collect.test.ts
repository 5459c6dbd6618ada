import assert from "node:assert/strict";
import { mkdir, readdir, readlink } from "node:fs/promises";
import { it } from "node:test";
import { bench, type Bench } from "../../test/program/script";

/** Collects one file that says its release, in a place of that release's own. */
async function collect(
  its: Bench,
  release: string,
  command = `printf ${release} >"$0/app.js"`,
): Promise<number | undefined> {
  const root = its.at(`root-${release}`);
  await mkdir(root, { recursive: true });
  await mkdir(its.at("edge"), { recursive: true });
  return (await its.start([release, root, its.at("edge"), "--", "/bin/sh", "-c", command, root])).exitCode;
}

async function places(its: Bench): Promise<string[]> {
  const names = (await readdir(its.at("edge"))).filter((name) => name !== "releases").sort();
  return Promise.all(names.map(async (name) => `${name} ${await readlink(its.at("edge", name))}`));
}

const order = (...releases: string[]): string[] => releases.map((release, place) => `${place} releases/${release}`);

it("lets the release that is served stay the first, and shows the new one next, then the others", () =>
  bench("collect", async (its) => {
    for (const release of ["1.0-a", "1.1-b", "1.2-c"]) assert.equal(await collect(its, release), 0);
    assert.deepEqual(await places(its), order("1.0-a", "1.2-c", "1.1-b"));
    assert.equal(await its.read("edge/0/app.js"), "1.0-a");
    assert.equal(await its.read("edge/1/app.js"), "1.2-c");
  }));

it("changes nothing when it is done again, and brings a release that comes back next to the served one", () =>
  bench("collect", async (its) => {
    for (const release of ["1.0-a", "1.1-b", "1.2-c", "1.2-c", "1.0-a"]) await collect(its, release);
    assert.deepEqual(await places(its), order("1.0-a", "1.2-c", "1.1-b"));
    await collect(its, "1.1-b");
    assert.deepEqual(await places(its), order("1.0-a", "1.1-b", "1.2-c"));
  }));

it("shows five releases at most, the served one whatever its age", () =>
  bench("collect", async (its) => {
    for (const release of ["1", "2", "3", "4", "5", "6", "7"]) await collect(its, release);
    assert.deepEqual(await places(its), order("1", "7", "6", "5", "4"));
    assert.deepEqual((await readdir(its.at("edge/releases"))).sort(), ["1", "4", "5", "6", "7"]);
  }));

it("leaves what is shown alone when collecting fails, and fails itself", () =>
  bench("collect", async (its) => {
    await collect(its, "1.0-a");
    assert.equal(await collect(its, "1.1-b", "exit 9"), 9);
    assert.deepEqual(await places(its), order("1.0-a"));
    assert.deepEqual(await readdir(its.at("edge/releases")), ["1.0-a"]);
  }));

it("ends a copy that was interrupted, and lets nobody see it before", () =>
  bench("collect", async (its) => {
    await mkdir(its.at("edge/releases/1.0-a.partial"), { recursive: true });
    assert.equal(
      await collect(its, "1.0-a", 'printf whole >"$0/app.js" && mkdir "$0/deep" && printf "a b" >"$0/deep/file name"'),
      0,
    );
    assert.deepEqual(await readdir(its.at("edge/releases")), ["1.0-a"]);
    assert.equal(await its.read("edge/0/deep/file name"), "a b");
  }));
