import assert from "node:assert/strict";
import { mkdir, rm, stat } from "node:fs/promises";
import { it } from "node:test";
import { bench } from "../../test/program/script";

it("marks an empty volume with its name, once, and takes it as it is after that", () =>
  bench("mark", async (its) => {
    await mkdir(its.at("v"));
    await mkdir(its.at("v/lost+found"));
    const owner = String(process.getuid?.());
    assert.equal((await its.start([its.at("v"), "shop-media", owner])).exitCode, 0);
    assert.equal(await its.read("v/.tidemark-volume"), "shop-media\n");
    assert.equal((await stat(its.at("v"))).uid, process.getuid?.());
    await its.write("v/upload.txt", "kept");
    assert.equal((await its.start([its.at("v"), "shop-media", ""])).exitCode, 0);
    assert.equal(await its.read("v/upload.txt"), "kept");
  }));

it("refuses another's volume, and names it", () =>
  bench("mark", async (its) => {
    await mkdir(its.at("v"));
    await its.start([its.at("v"), "shop-media", ""]);
    const { exitCode, stderr } = await its.start([its.at("v"), "other-media", ""]);
    assert.equal(exitCode, 78);
    assert.match(stderr, /holds the volume shop-media, not other-media/);
    assert.equal(await its.read("v/.tidemark-volume"), "shop-media\n");
  }));

it("refuses files that were there before, hidden ones and odd names too, and leaves no mark", () =>
  bench("mark", async (its) => {
    for (const name of ["file", ".hidden", "with space", "-n"]) {
      await mkdir(its.at("v"));
      await its.write(`v/${name}`, "somebody's");
      const { exitCode, stderr } = await its.start([its.at("v"), "shop-media", ""]);
      assert.equal(exitCode, 78, name);
      assert.match(stderr, /but no mark of shop-media: they are not this stack's/);
      await assert.rejects(its.read("v/.tidemark-volume"), /ENOENT/);
      await rm(its.at("v"), { recursive: true });
    }
  }));
