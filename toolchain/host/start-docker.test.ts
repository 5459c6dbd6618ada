import assert from "node:assert/strict";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import { startByHand } from "./start-docker";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "tidemark-start-docker-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function daemon(script: string): string {
  const file = path.join(folder, "daemon");
  writeFileSync(file, `#!/bin/sh\ncd ${folder}\n${script}\n`);
  chmodSync(file, 0o755);
  return file;
}

const log = (): string => path.join(folder, "cache", "daemon.log");

/** It answers with what it wrote into the file `up`. */
async function answers(): Promise<string | undefined> {
  const up = path.join(folder, "up");
  return existsSync(up) ? readFileSync(up, "utf8").trim() : undefined;
}

describe("a daemon started by hand", { timeout: 30_000 }, () => {
  it("lives in a session of its own, and what it says is in the log", async () => {
    const command = daemon("echo hello; ps -o sid= -p $$ > session; echo 20.10 > .up; mv .up up; exec sleep 2");
    assert.equal(await startByHand(command, log(), answers, 10), "20.10");
    const own = readFileSync("/proc/self/stat", "utf8").split(") ")[1]!.split(" ")[3];
    assert.notEqual(readFileSync(path.join(folder, "session"), "utf8").trim(), own);
    assert.equal(readFileSync(log(), "utf8"), "hello\n");
  });

  it("is started again when it gives up, for its predecessor may still be on its way out", async () => {
    const command = daemon("if [ -e tried ]; then echo 20.10 > .up; mv .up up; exec sleep 1; fi; touch tried; exit 1");
    assert.equal(await startByHand(command, log(), answers, 10), "20.10");
  });

  it("that never starts is an error with the end of its log", async () => {
    const command = daemon("echo no iptables here; exit 3");
    await assert.rejects(startByHand(command, log(), answers, 10), {
      name: "OperationError",
      message: /^Docker did not start: it ended with 3\n[\s\S]* {2}no iptables here\n {2}Its whole log is /,
    });
  });

  it("that is not there is an error", async () => {
    await assert.rejects(
      startByHand(path.join(folder, "nothing"), log(), answers, 10),
      /Docker did not start: it cannot be run: spawn .*ENOENT/,
    );
  });
});
