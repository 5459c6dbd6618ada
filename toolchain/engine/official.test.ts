import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { after, before, describe, it } from "node:test";
import { Progress } from "../progress";
import { archiveUrl, downloaded, unreachable } from "./official";
import { PULUMI_VERSION } from "./pins";
import { isExecutable } from "./programs";

describe("the official archive", () => {
  it("is named as Pulumi names it", () => {
    const url = `https://get.pulumi.com/releases/sdk/pulumi-v${PULUMI_VERSION}-linux-x64.tar.gz`;
    assert.equal(archiveUrl("linux", "x64"), url);
    assert.match(archiveUrl("darwin", "arm64")!, /-darwin-arm64\.tar\.gz$/);
  });

  it("does not exist for every machine", () => {
    assert.equal(archiveUrl("linux", "riscv64"), undefined);
    assert.equal(archiveUrl("freebsd", "x64"), undefined);
  });
});

describe("the download", { timeout: 30_000 }, () => {
  let [folder, address, requests]: [string, string, number] = ["", "", 0];
  let server: Server;

  before(async () => {
    folder = mkdtempSync(path.join(tmpdir(), "tidemark-official-"));
    mkdirSync(path.join(folder, "pulumi"));
    writeFileSync(path.join(folder, "pulumi", "pulumi"), "#!/bin/sh\n");
    chmodSync(path.join(folder, "pulumi", "pulumi"), 0o755);
    execFileSync("tar", ["-czf", "archive", "pulumi"], { cwd: folder });
    server = createServer((request, answer) => {
      requests += request.method === "GET" ? 1 : 0;
      if (request.url === "/silent") return;
      if (request.url === "/broken.tar.gz") {
        answer.writeHead(200, { "content-length": 1_000_000 });
        answer.write("half", () => request.socket.destroy());
        return;
      }
      answer.statusCode = request.url === "/pulumi-v1.tar.gz" ? 200 : 404;
      answer.end(readFileSync(path.join(folder, "archive")));
    });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    const bound = server.address();
    assert.ok(bound && typeof bound === "object");
    address = `http://127.0.0.1:${bound.port}`;
  });

  after(() => {
    server.closeAllConnections();
    server.close();
    rmSync(folder, { recursive: true });
  });

  it("is unpacked once, without the archive's own folder", async () => {
    const cache = path.join(folder, "cache");
    const progress = new Progress({ write: () => true });
    for (let time = 1; time <= 2; time++) {
      const bin = await downloaded(`${address}/pulumi-v1.tar.gz`, cache, progress);
      assert.equal(bin, path.join(cache, "pulumi-v1"));
      assert.deepEqual(readdirSync(bin), ["pulumi"]);
      assert.ok(isExecutable(path.join(bin, "pulumi")));
    }
    assert.equal(requests, 1);
  });

  it("that fails leaves nothing behind and says so", async () => {
    const cache = path.join(folder, "other");
    const gone = downloaded(`${address}/gone.tar.gz`, cache, new Progress({ write: () => true }));
    await assert.rejects(gone, { name: "DownloadError", message: /gone\.tar\.gz answers 404/ });
    assert.deepEqual(readdirSync(cache), []);
  });

  it("that breaks off leaves nothing behind and says so", async () => {
    const cache = path.join(folder, "broken");
    const broken = downloaded(`${address}/broken.tar.gz`, cache, new Progress({ write: () => true }));
    await assert.rejects(broken, { name: "DownloadError", message: /broken\.tar\.gz broke off/ });
    assert.deepEqual(readdirSync(cache), []);
  });

  it("is tried where it can be reached", async () => {
    assert.equal(await unreachable(`${address}/pulumi-v1.tar.gz`), undefined);
  });

  it("is not tried where it is missing, refused or silent, and that takes 3 seconds at most", async () => {
    const started = performance.now();
    assert.match((await unreachable(`${address}/gone`))!, /answers 404$/);
    assert.match((await unreachable("http://127.0.0.1:9/"))!, /cannot be reached$/);
    assert.match((await unreachable(`${address}/silent`))!, /cannot be reached$/);
    assert.ok(performance.now() - started < 4_000);
  });
});
