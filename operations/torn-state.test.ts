import assert from "node:assert/strict";
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { it } from "node:test";
import { mendTornState } from "./torn-state";

it("takes away attributes that were cut off, and nothing else", async () => {
  const state = await mkdtemp(path.join(tmpdir(), "tidemark-torn-"));
  try {
    const stacks = path.join(state, ".pulumi", "stacks", "tidemark");
    await mkdir(stacks, { recursive: true });
    for (const [name, text] of Object.entries({
      "prod.json": "{}",
      "prod.json.attrs": "",
      "dev.json.attrs": "{}",
      empty: "",
    }))
      await writeFile(path.join(stacks, name), text);
    assert.deepEqual(await mendTornState(state), [".pulumi/stacks/tidemark/prod.json.attrs"]);
    assert.deepEqual((await readdir(stacks)).sort(), ["dev.json.attrs", "empty", "prod.json"]);
    assert.deepEqual(await mendTornState(path.join(state, "nowhere")), []);
  } finally {
    await rm(state, { recursive: true });
  }
});
