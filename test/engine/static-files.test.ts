import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { after, before, describe, it } from "node:test";
import { remove } from "../../operations/docker";
import { end } from "./says";
import { Stack } from "./stack";
import { Visitor } from "./visitor";

/** Of a release: path below /static/ to the SHA-256 of its content. */
type Files = Map<string, string>;

/** As Django puts the hash of a file's content into its name. */
const HASHED = /\.[0-9a-f]{12}\.\w+$/;

describe("static files", { timeout: 600_000 }, () => {
  let stack: Stack;
  let visitor: Visitor;
  const own: Record<string, Files> = {};
  before(async () => {
    stack = await Stack.fresh("static-files", {
      tag: "1.0.0",
      // The older release can live with the database of the newer one.
      "database.onAhead": "allow",
    });
    visitor = new Visitor(stack.url);
    for (const tag of ["1.0.0", "1.1.0"]) own[tag] = await collected(tag);
    await stack.up();
  });
  after(() => stack.down());

  it("differ from release to release, hashed and unhashed ones", () => {
    const [one, other] = [filesOf("1.0.0"), filesOf("1.1.0")];
    const both = [...one.keys()].filter((name) => other.has(name));
    assert.ok(both.some((name) => !HASHED.test(name) && one.get(name) !== other.get(name)));
    assert.ok([...other.keys()].some((name) => HASHED.test(name) && !one.has(name)));
  });

  for (const [nth, tag] of ["1.0.0", "1.1.0", "1.0.0"].entries()) {
    it(`are those of ${tag}, byte for byte, after ${["the first up", "a deploy", "the way back"][nth]}`, async () => {
      if (nth > 0) {
        await stack.set({ tag });
        await stack.pulumiUp();
      }
      assert.deepEqual(await served([...filesOf(tag).keys()]), filesOf(tag));
      const former = [...filesOf("1.0.0")].filter(([name]) => HASHED.test(name));
      assert.deepEqual(await served(former.map(([name]) => name)), new Map(former), "a page that is still open");
    });
  }

  function filesOf(tag: string): Files {
    return own[tag] ?? assert.fail(tag);
  }

  async function served(names: readonly string[]): Promise<Files> {
    const all = names.map(async (name) => {
      const { status, body } = await visitor.ask(`/static/${name}`);
      assert.equal(status, 200, name);
      return [name, sha256(body)] as const;
    });
    return new Map(await Promise.all(all));
  }

  /** Builds a release, and takes from its image what Django itself collects there. */
  async function collected(tag: string): Promise<Files> {
    const { exitCode, said } = await stack.tidemark(["build", tag]);
    assert.equal(exitCode, 0, end(said));
    const image = said.trim().split("\n").at(-1) ?? "";
    const name = `${stack.prefix}-collects-${tag}`;
    const folder = await mkdtemp(path.join(tmpdir(), "static-files-"));
    const needs = [
      "DATABASE_URL=postgres://nobody@nowhere/none",
      "REDIS_URL=redis://nowhere",
      "DJANGO_SECRET_KEY=none",
    ];
    try {
      await stack.docker([
        ...["run", "--name", name, ...needs.flatMap((one) => ["--env", one])],
        ...[image, "python3", "manage.py", "collectstatic", "--noinput"],
      ]);
      await stack.docker(["cp", `${name}:/app/static/.`, folder]);
      return await read(folder);
    } finally {
      await remove(stack.docker, "container", [name], "--force");
      await rm(folder, { recursive: true });
    }
  }
});

async function read(folder: string): Promise<Files> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
  return new Map(
    await Promise.all(files.map(async (file) => [path.relative(folder, file), sha256(await readFile(file))] as const)),
  );
}

function sha256(content: Buffer): string {
  return createHash("sha256").update(content).digest("hex");
}
