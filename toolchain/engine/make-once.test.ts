import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { hostname, tmpdir } from "node:os";
import * as path from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import { ownIdentity } from "./identity";
import { makeOnce } from "./make-once";

const LOADER = require.resolve("ts-node/register/transpile-only");
const MAKE_ONCE = path.join(__dirname, "make-once.ts");
const NO_PROCESS = 2 ** 22 + 1;

let cache: string;
let folder: string;

beforeEach(() => {
  cache = mkdtempSync(path.join(tmpdir(), "tidemark-make-once-"));
  folder = path.join(cache, "built");
});
afterEach(() => rmSync(cache, { recursive: true }));

interface Maker {
  pid: number;
  /** Until it says something for the first time. */
  spoken: Promise<void>;
  /** All that it said. */
  ended: Promise<string>;
  kill(): void;
}

/** Another process that makes the folder; it is at it until it is let go on. */
function maker(): Maker {
  const script = `
    const { appendFileSync, existsSync, writeFileSync } = require("node:fs");
    const { makeOnce } = require(${JSON.stringify(MAKE_ONCE)});
    const log = (word) => appendFileSync(${JSON.stringify(path.join(cache, "log"))}, word + " ");
    makeOnce(${JSON.stringify(folder)}, async (temporary) => {
      log("began");
      writeFileSync(temporary + "/half", "");
      while (!existsSync(${JSON.stringify(path.join(cache, "go"))})) await new Promise((done) => setTimeout(done, 20));
      writeFileSync(temporary + "/whole", "");
    }, (holder) => console.log("waits for " + holder));`;
  const child = spawn(process.execPath, ["--require", LOADER, "--eval", script], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let said = "";
  child.stdout.on("data", (chunk: Buffer) => (said += chunk.toString()));
  return {
    pid: child.pid!,
    spoken: new Promise((resolve) => child.stdout.once("data", () => resolve())),
    ended: new Promise((resolve) => child.on("close", () => resolve(said))),
    kill: () => child.kill("SIGKILL"),
  };
}

async function begun(): Promise<void> {
  while (!existsSync(path.join(cache, "log"))) await new Promise((done) => setTimeout(done, 20));
}

function letGo(): void {
  writeFileSync(path.join(cache, "go"), "");
}

describe("makeOnce", { timeout: 30_000 }, () => {
  it("makes the folder once when two processes start at once, and the second says whom it waits for", async () => {
    const first = maker();
    await begun();
    const second = maker();
    await second.spoken;
    letGo();
    assert.equal(await first.ended, "");
    assert.equal(await second.ended, `waits for process ${first.pid}\n`);
    assert.equal(readFileSync(path.join(cache, "log"), "utf8"), "began ");
    assert.deepEqual(readdirSync(cache).sort(), ["built", "go", "log"]);
  });

  it("never shows a folder that is half made, and takes over from a process that was killed", async () => {
    const killed = maker();
    await begun();
    assert.equal(existsSync(folder), false);
    killed.kill();
    await killed.ended;
    assert.deepEqual(readdirSync(cache).sort(), [`built.${killed.pid}.part`, "built.lock", "log"]);
    letGo();
    await maker().ended;
    assert.deepEqual(readdirSync(folder).sort(), ["half", "whole"]);
    assert.deepEqual(readdirSync(cache).sort(), ["built", "go", "log"]);
  });

  it("lets one that waits take over when the maker is killed", async () => {
    const killed = maker();
    await begun();
    const heir = maker();
    await heir.spoken;
    killed.kill();
    letGo();
    assert.equal(await heir.ended, `waits for process ${killed.pid}\n`);
    assert.ok(existsSync(path.join(folder, "whole")));
  });

  it("leaves nothing behind when making fails, and the next try is free", async () => {
    const fails = makeOnce(folder, () => Promise.reject(new Error("no disk")), assert.fail);
    await assert.rejects(fails, /no disk/);
    assert.deepEqual(readdirSync(cache), []);
    await makeOnce(folder, async (temporary) => writeFileSync(path.join(temporary, "x"), ""), assert.fail);
    assert.deepEqual(readdirSync(folder), ["x"]);
  });

  it("does nothing when the folder is there", async () => {
    mkdirSync(folder);
    await makeOnce(folder, assert.fail, assert.fail);
  });

  it("takes over a lock whose number now belongs to another process", async () => {
    writeFileSync(`${folder}.lock`, JSON.stringify({ ...ownIdentity(), started: "1", host: hostname() }));
    await makeOnce(folder, async () => {}, assert.fail);
    assert.ok(existsSync(folder));
  });

  it("takes over a lock of another machine that has been silent for longer than a minute", async () => {
    writeFileSync(`${folder}.lock`, JSON.stringify({ pid: NO_PROCESS, host: "elsewhere" }));
    const longAgo = new Date(Date.now() - 61_000);
    utimesSync(`${folder}.lock`, longAgo, longAgo);
    await makeOnce(folder, async () => {}, assert.fail);
    assert.ok(existsSync(folder));
  });

  it("waits for a lock of another machine that has just been touched", async () => {
    writeFileSync(`${folder}.lock`, JSON.stringify({ pid: NO_PROCESS, host: "elsewhere" }));
    await makeOnce(folder, assert.fail, (holder) => {
      assert.equal(holder, `process ${NO_PROCESS} on elsewhere`);
      mkdirSync(folder);
    });
  });
});
