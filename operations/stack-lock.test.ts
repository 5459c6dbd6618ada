import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { it } from "node:test";
import { isDead, stackLocks, stateFolder } from "./stack-lock";

const lock = { pid: 4711, username: "ada", hostname: "here", timestamp: "2026-11-21T09:00:00.5Z" };

it("finds the folder of a state that is one, and none of any other backend", () => {
  assert.equal(stateFolder("file:///srv/state?no_tmp_dir=true"), "/srv/state");
  assert.equal(stateFolder("file://~/state", "/home/ada"), "/home/ada/state");
  assert.equal(stateFolder("file://~", "/home/ada"), "/home/ada");
  assert.deepEqual(
    [stateFolder("s3://bucket"), stateFolder("https://api.pulumi.com"), stateFolder("")],
    [undefined, undefined, undefined],
  );
});

it("reads the locks of one stack, and not what lies beside them", async () => {
  const state = await mkdtemp(path.join(tmpdir(), "tidemark-locks-"));
  try {
    assert.deepEqual(await stackLocks(state, "tidemark", "dev"), []);
    const folder = path.join(state, ".pulumi", "locks", "organization", "tidemark", "dev");
    await mkdir(folder, { recursive: true });
    await writeFile(path.join(folder, "a.json"), JSON.stringify(lock));
    await writeFile(path.join(folder, "a.json.attrs"), '{"md5":"x"}');
    assert.deepEqual(await stackLocks(state, "tidemark", "dev"), [lock]);
  } finally {
    await rm(state, { recursive: true });
  }
});

it("takes a lock for dead when its process is gone, or is another one by now, and never one of another machine", async () => {
  const since = (time: string) => async () => ({ alive: true, since: new Date(time) });
  assert.equal(await isDead(lock, "here", async () => ({ alive: false })), true);
  assert.equal(await isDead(lock, "here", async () => ({ alive: true })), false);
  assert.equal(await isDead(lock, "here", since("2026-11-21T08:59:00Z")), false);
  assert.equal(await isDead(lock, "here", since("2026-11-21T09:00:01Z")), false, "the clocks differ a little");
  assert.equal(await isDead(lock, "here", since("2026-11-21T09:05:00Z")), true);
  assert.equal(await isDead(lock, "elsewhere", async () => ({ alive: false })), false);
});
