import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { after, before, describe, it } from "node:test";
import { execa } from "execa";
import { buildImage, commitOf } from "./build-image";

describe("building the image of a tag", () => {
  let source: string;
  const git = async (...args: string[]): Promise<string> =>
    (await execa("git", ["-C", source, "-c", "user.name=A", "-c", "user.email=a@example.org", ...args])).stdout;

  before(async () => {
    source = await mkdtemp(path.join(tmpdir(), "tidemark-source-"));
    await git("init", "--quiet");
    await writeFile(path.join(source, "app.txt"), "one");
    await git("add", ".");
    await git("commit", "--quiet", "--message", "One");
    await git("tag", "--annotate", "--message", "One", "1.0.0");
    await writeFile(path.join(source, "app.txt"), "not committed");
    await writeFile(path.join(source, "secret.env"), "lies about");
  });

  after(() => rm(source, { recursive: true, force: true }));

  it("hands Docker the tag's own tree, and leaves no checkout behind", async () => {
    let seen: { args: readonly string[]; app: string; others: string } | undefined;
    const docker = async (args: readonly string[]): Promise<string> => {
      const context = args.at(-1) ?? "";
      const { stdout } = await execa("ls", [context]);
      seen = { args, app: await readFile(path.join(context, "app.txt"), "utf8"), others: stdout };
      return "";
    };
    const order = {
      source,
      tag: "1.0.0",
      context: ".",
      dockerfile: "Dockerfile",
      args: { BASE: "a b" },
      name: "r/shop:1.0.0",
      say: () => {},
    };
    await buildImage(docker, order);
    assert.equal(seen?.app, "one");
    assert.equal(seen?.others, "app.txt");
    const commit = await git("rev-parse", "HEAD");
    for (const part of ["r/shop:1.0.0", "BASE=a b", `org.opencontainers.image.revision=${commit}`])
      assert.ok(seen?.args.includes(part), part);
    await assert.rejects(readFile(path.join(seen?.args.at(-1) ?? "", "app.txt")), /ENOENT/);
  });

  it("refuses a tag that does not exist, with those that do", async () => {
    await assert.rejects(commitOf(source, "1.0.1"), {
      message: `tag: 1.0.1  ${source} has no such tag. The newest are 1.0.0.`,
    });
  });

  it("takes no branch for a tag, and nothing that looks like an option", async () => {
    await assert.rejects(commitOf(source, "HEAD"), /has no such tag/);
    await assert.rejects(commitOf(source, "--all"), /has no such tag/);
  });

  it("says so when there is no repository", async () => {
    await assert.rejects(
      commitOf(path.join(source, "nowhere"), "1.0.0"),
      /There is no git repository\. Name the one that holds the tags/,
    );
  });
});
