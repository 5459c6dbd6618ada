import assert from "node:assert/strict";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { it } from "node:test";
import { buildArgs } from "./build";
import { type ContextFile, catalogue, contentHash, tagOf } from "./catalogue";
import { contextFiles, taggedCatalogue } from "./context";

const file = (path: string, text: string, executable = false): ContextFile => ({
  path,
  content: Buffer.from(text),
  executable,
});

it("hashes what an image is made of, in no particular order", () => {
  const [one, two] = [file("Dockerfile", "FROM x"), file("entry", "exit", true)];
  const same = contentHash([one, two], { A: "1", B: "2" }, "base:1");
  assert.equal(contentHash([two, one], { B: "2", A: "1" }, "base:1"), same);
  const others = [
    contentHash([one], { A: "1", B: "2" }, "base:1"),
    contentHash([one, file("entry", "exit")], { A: "1", B: "2" }, "base:1"),
    contentHash([one, file("entry", "exit 1", true)], { A: "1", B: "2" }, "base:1"),
    contentHash([one, two], { A: "1", B: "3" }, "base:1"),
    contentHash([one, two], { A: "1", B: "2" }, "base:2"),
  ];
  assert.equal(new Set([same, ...others]).size, 6);
});

it("names an image by what is in it", () =>
  assert.equal(tagOf({ name: "postgres", version: "17" }, "0123456789abcdef"), "tidemark-postgres:17-0123456789ab"));

it("gives only postgres, and what is built on it, another tag for another extension, and all of them for another day's packages", async () => {
  const tags = async (options?: Parameters<typeof taggedCatalogue>[0]) =>
    Object.values(await taggedCatalogue(options)).map(({ tag }) => tag);
  const plain = await tags();
  const differs = (others: string[]) => plain.filter((tag) => !others.includes(tag)).length;
  assert.equal(differs(await tags({ extensions: ["pg_trgm"] })), 0);
  assert.equal(differs(await tags({ extensions: ["vector"] })), 2);
  assert.equal(differs(await tags({ packages: "2026-11" })), plain.length);
});

it("names neither an image nor a base by a tag that moves", async () => {
  for (const recipe of Object.values(await taggedCatalogue())) {
    const dockerfile = (await contextFiles(recipe.context))
      .find(({ path }) => path === "Dockerfile")!
      .content.toString();
    assert.match(dockerfile, recipe.name === "base" ? /^FROM \$\{ROOT\}$/m : /^FROM \$\{BASE\}$/m);
    assert.doesNotMatch(dockerfile + recipe.tag, /latest/);
  }
});

it("has entry points that can be executed", async () => {
  for (const entry of [
    "postgres/tidemark-postgres",
    "keeper/tidemark-archive",
    "keeper/tidemark-keeper",
    "keeper/tidemark-media",
    "redis/tidemark-redis",
    "nginx/tidemark-edge",
    "logs/tidemark-logs",
  ]) {
    assert.equal((await stat(join(__dirname, entry))).mode & 0o111, 0o111, entry);
  }
});

it("builds on the base, with every argument as one word", async () => {
  const { postgres, base } = await taggedCatalogue({ extensions: ["vector", "postgis"] });
  assert.deepEqual(buildArgs(postgres, base.tag), [
    "build",
    "--tag",
    postgres.tag,
    "--label",
    "tidemark.image=postgres",
    "--build-arg",
    "EXTENSION_PACKAGES=postgresql-17-pgvector postgresql-17-postgis-3",
    "--build-arg",
    `BASE=${base.tag}`,
    postgres.context,
  ]);
});

it("builds the base first", () => assert.equal(catalogue()[0]!.name, "base"));
