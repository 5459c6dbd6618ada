import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, it } from "node:test";
import { execa } from "execa";
import { gitRepository } from "./repository";
import { layers, layOut, versions } from "./source";

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "demo-source-test-"));
});
afterEach(() => rm(dir, { recursive: true }));

const read = (...path: string[]) => readFile(join(dir, ...path), "utf8");

it("lays a version over all that it is made upon", async () => {
  assert.deepEqual(
    layers("2.0.0").map((one) => one.tag),
    ["1.0.0", "1.1.0", "2.0.0"],
  );
  await layOut("2.0.0", dir);
  assert.equal(await read("VERSION"), "2.0.0\n");
  assert.match(await read("orders", "order.py"), /buyer = [\s\S]*note = /);
  assert.deepEqual(
    (await readdir(join(dir, "orders", "migrations"))).filter((name) => /^\d/.test(name)),
    ["0001_initial.py", "0002_order_note.py", "0003_customer_to_buyer.py"],
  );
});

it("makes every version differ from the one beneath it by few files", async () => {
  for (const { tag, over } of versions.filter((one) => one.over)) {
    await Promise.all([layOut(tag, join(dir, tag)), layOut(over!, join(dir, `${tag}-beneath`))]);
    const { stdout } = await execa("git", ["diff", "--no-index", "--name-only", `${tag}-beneath`, tag], {
      cwd: dir,
      reject: false,
    });
    const changed = stdout.split("\n").length;
    assert.ok(changed > 1 && changed <= 5, `${tag}: ${changed} files`);
  }
});

it("names the versions there are when asked for another", () =>
  assert.rejects(layOut("1.0.9", dir), /^Error: 1\.0\.9: the demo has no such version\. There are 1\.0\.0, 1\.1\.0,/));

it("does not mix a version with files that are there", async () => {
  await writeFile(join(dir, "mine"), "");
  await assert.rejects(layOut("1.0.0", dir), /holds mine already.*Give an empty directory/);
  await assert.rejects(gitRepository(dir), /holds mine and was not made by the demo/);
  assert.deepEqual(await readdir(dir), ["mine"]);
});

it("writes no tag into a repository of somebody else", async () => {
  await execa("git", ["init", "--quiet", dir]);
  await assert.rejects(gitRepository(dir), /holds \.git and was not made by the demo/);
});

it("makes a repository with a tag for each version, the same one each time", async () => {
  const here = join(dir, "here");
  const git = async (...args: string[]) => (await execa("git", args, { cwd: here })).stdout;
  const commits = await gitRepository(here);
  const tags = await git("for-each-ref", "--format=%(refname:short) %(objecttype) %(objectname)", "refs/tags");
  assert.deepEqual(
    tags.split("\n").map((line) => line.split(" ").slice(0, 2).join(" ")),
    versions.map(({ tag }) => `${tag} tag`).sort(),
  );
  assert.equal(await git("show", "1.1.0:VERSION"), "1.1.0");
  assert.equal(await git("rev-parse", "2.0.0^"), commits["1.1.0"]);
  assert.equal(await git("rev-parse", "main"), commits["2.0.0"]);
  assert.equal(await git("status", "--porcelain"), "");

  await writeFile(join(here, "VERSION"), "mine");
  assert.deepEqual(await gitRepository(here), commits);
  assert.equal(await git("for-each-ref", "--format=%(refname:short) %(objecttype) %(objectname)", "refs/tags"), tags);
  assert.equal(await git("status", "--porcelain"), " M VERSION");
  assert.deepEqual(await gitRepository(join(dir, "there")), commits);
});
