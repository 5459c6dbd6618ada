import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, describe, it } from "node:test";
import { bench, onlyThese } from "../../test/program/script";

/** What is here of what an image may have, each the only one in its turn: name to the program itself. */
const TOOLS = new Map(
  [
    ["curl", "command -v curl"],
    // What is found by the name may be a script, which needs more than itself.
    ["python3", "python3 -c 'import sys; print(sys.executable)'"],
    ["node", `echo '${process.execPath}'`],
    ["perl", "command -v perl"],
    ["bash", "command -v bash"],
  ].flatMap(([name = "", where = ""]) => {
    const { status, stdout } = spawnSync("/bin/sh", ["-c", where], { encoding: "utf8" });
    return status === 0 ? [[name, stdout.trim()] as const] : [];
  }),
);

let server: Server;
let port: string;
const asked: { path: string; host: string }[] = [];
before(async () => {
  server = createServer((request, answer) => {
    asked.push({ path: request.url ?? "", host: request.headers.host ?? "" });
    if (request.url === "/silent") return;
    const status = Number(/\d{3}/.exec(request.url ?? "")?.[0] ?? 200);
    answer.writeHead(status, status === 302 ? { location: "https://127.0.0.1:1/elsewhere" } : {}).end("body");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  port = String((server.address() as AddressInfo).port);
});
after(() => {
  server.closeAllConnections();
  server.close();
});

for (const [tool, program] of TOOLS)
  describe(`with ${tool} alone`, () => {
    for (const [path, healthy] of [
      ["/200?a=b&c", true],
      ["/302", true],
      ["/500", false],
    ] as const)
      it(`takes ${path} as ${healthy ? "healthy" : "not healthy"}, and asks with the host that it is told`, () =>
        bench("probe", async (its) => {
          const PATH = await onlyThese(its.folder, { [tool]: program });
          asked.length = 0;
          const { exitCode, stderr } = await its.start(["http", port, path, path, "shop.example", "3"], { PATH });
          assert.equal(exitCode === 0, healthy, stderr);
          assert.deepEqual(asked, [{ path, host: "shop.example" }]);
        }));

    it("takes no answer, and nobody to answer, as not healthy", () =>
      bench("probe", async (its) => {
        const PATH = await onlyThese(its.folder, { [tool]: program });
        assert.notEqual((await its.start(["http", "1", "/", "/", "shop.example", "1"], { PATH })).exitCode, 0);
        const { exitCode, timedOut } = await its.start(
          ["http", port, "/silent", "/silent", "shop.example", tool === "perl" ? "1" : "0.2"],
          { PATH },
        );
        assert.equal(timedOut, false);
        assert.notEqual(exitCode, 0);
      }));
  });

it("names what the image lacks when it has nothing to ask with", () =>
  bench("probe", async (its) => {
    const { exitCode, stderr } = await its.start(["http", port, "/", "/", "shop.example", "3"], {
      PATH: await onlyThese(its.folder, {}),
    });
    assert.equal(exitCode, 1);
    assert.match(stderr, /the image has none of curl, python3, node, perl, bash, wget to ask \/ with/);
  }));

it("is content with life while the database is certainly away, and not while it is there", () =>
  bench("probe", async (its) => {
    const nobody = createServer();
    await new Promise<void>((resolve) => nobody.listen(0, "127.0.0.1", resolve));
    const gone = String((nobody.address() as AddressInfo).port);
    await new Promise((resolve) => nobody.close(resolve));
    const probe = async (database: string, path = process.env.PATH ?? "") => {
      await rm(its.at("tmp/.tidemark-reached"), { force: true });
      return (await its.start(["http", port, "/200", "/503", "h", "3", "127.0.0.1", database], { PATH: path }))
        .exitCode;
    };
    assert.notEqual(await probe(port), 0);
    assert.equal(await probe(gone), 0);
    const curl = TOOLS.get("curl");
    if (curl !== undefined) assert.notEqual(await probe(gone, await onlyThese(its.folder, { curl })), 0);
  }));

it("asks for readiness until it was ready once, and from then on only for life", () =>
  bench("probe", async (its) => {
    const PATH = await onlyThese(its.folder, { node: process.execPath });
    const probe = async (live: string, ready: string) =>
      (await its.start(["http", port, live, ready, "h", "3"], { PATH })).exitCode;
    assert.equal(await probe("/200", "/503"), 1);
    assert.equal(await probe("/200", "/200"), 0);
    assert.equal(await probe("/200", "/503"), 0);
    assert.equal(await probe("/503", "/200"), 1);
  }));

const HEAD = "  sl  local_address rem_address   st\n";
const connection = (remote: string, state: string): string =>
  `   0: 0A000005:D431 ${remote} ${state} 00000000:00000000\n`;

it("knows a connection to the broker, and never asks for it again", () =>
  bench("probe", async (its) => {
    const probe = async () => (await its.start(["reached", "6379"])).exitCode;
    assert.equal(await probe(), 1);
    const others = [
      connection("0A000007:18EB", "02"),
      connection("0A000007:18EC", "01"),
      "   1: 0A000005:18EB 0A000007:D431 01\n",
    ];
    await its.write("proc/net/tcp", HEAD + others.join(""));
    assert.equal(await probe(), 1, "neither one that is being made, nor to another port, nor from one to this port");
    await its.write("proc/net/tcp6", HEAD + connection("0000000000000000FFFF00000700000A:18EB", "01"));
    assert.equal(await probe(), 0);
    await rm(its.at("proc/net/tcp6"));
    assert.equal(await probe(), 0);
  }));

for (const tool of ["python3", "bash"].filter((one) => TOOLS.has(one)))
  it(`tries with ${tool} alone to reach the broker, until it could once`, () =>
    bench("probe", async (its) => {
      const PATH = await onlyThese(its.folder, { [tool]: TOOLS.get(tool)! });
      const probe = async (to: string) => (await its.start(["reaches", "127.0.0.1", to], { PATH })).exitCode;
      assert.notEqual(await probe("1"), 0);
      assert.equal(await probe(port), 0);
      assert.equal(await probe("1"), 0);
    }));
