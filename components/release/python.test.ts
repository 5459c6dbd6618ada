import assert from "node:assert/strict";
import { chmod, mkdir } from "node:fs/promises";
import { describe, it } from "node:test";
import { bench, onlyThese, type Bench } from "../../test/program/script";

/** A program that says its name and what it was given. */
async function speaks(its: Bench, at: string, firstLine = "#!/bin/sh"): Promise<string> {
  await mkdir(its.at(at, ".."), { recursive: true });
  await its.write(at, `${firstLine}\necho "${at}: $*"\n`);
  await chmod(its.at(at), 0o755);
  return its.at(at);
}

const python = (body: (its: Bench) => Promise<void>): Promise<void> => bench("python", body, "release");

describe("a script is run by the Python of the program that it stands in for", () => {
  for (const line of ["#!PLACE", "#! PLACE -I"])
    it(`which the program's first line names: ${line}`, () =>
      python(async (its) => {
        const own = await speaks(its, "venv/bin/python3.12");
        const usual = await speaks(its, "usr/python3");
        const alembic = await speaks(its, "venv/bin/alembic", line.replace("PLACE", own));
        const PATH = await onlyThese(its.folder, { python3: usual, alembic });
        const { stdout, exitCode } = await its.start(["alembic", "-c", "code"], { PATH });
        assert.deepEqual([stdout, exitCode], ["venv/bin/python3.12: -c code", 0]);
      }));

  it("which is the program itself", () =>
    python(async (its) => {
      const own = await speaks(its, "venv/bin/python");
      const PATH = await onlyThese(its.folder, { python3: await speaks(its, "usr/python3") });
      assert.equal((await its.start([own, "/script", "a"], { PATH })).stdout, "venv/bin/python: /script a");
    }));

  for (const [what, line] of [
    ["that finds its Python on the PATH", "#!/usr/bin/env python3"],
    ["that is no script of Python's", "#!/bin/sh"],
  ])
    it(`which is the usual one for a program ${what}`, () =>
      python(async (its) => {
        const flask = await speaks(its, "bin/flask", line);
        const PATH = await onlyThese(its.folder, { python3: await speaks(its, "usr/python3"), flask });
        assert.equal((await its.start(["flask", "/script"], { PATH })).stdout, "usr/python3: /script");
      }));
});

describe("where there is no Python", () => {
  it("a command that was to be locked runs without, and it is said", () =>
    python(async (its) => {
      const migrate = await speaks(its, "bin/migrate");
      const PATH = await onlyThese(its.folder, { migrate });
      const { stdout, stderr } = await its.start(
        ["migrate", "/tidemark/locked", "shop 1", "5", "--", "migrate", "up"],
        {
          PATH,
        },
      );
      assert.equal(stdout, "bin/migrate: up");
      assert.match(stderr, /no Python, so nothing keeps a second migration from running beside this one/);
    }));

  it("a script that needs one is refused by its name", () =>
    python(async (its) => {
      const PATH = await onlyThese(its.folder, {});
      const { exitCode, stderr } = await its.start(["alembic", "/tidemark/look"], { PATH });
      assert.deepEqual([exitCode, stderr], [127, "tidemark: there is no Python here to run /tidemark/look"]);
    }));
});
