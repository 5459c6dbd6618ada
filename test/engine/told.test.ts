import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { after, before, describe, it } from "node:test";
import { lines } from "../../operations/docker";
import { apiAt } from "../../operations/api";
import { runningImages } from "../../operations/running";
import { dockerHost } from "../../operations/survey";
import { eventually } from "./eventually";
import { end, says } from "./says";
import { Stack } from "./stack";
import { Visitor } from "./visitor";

interface Told {
  what: string;
  tag: string;
  former?: string;
  who: string;
  why?: string;
}

describe("people are told", { timeout: 900_000 }, () => {
  let stack: Stack;
  let chat: Server;
  const told: Told[] = [];

  before(async () => {
    stack = await Stack.fresh("told", {
      tag: "1.0.0",
      "processes.web.health.start": "20s",
      // The older release can live with the database of the newer one.
      "database.onAhead": "allow",
    });
    chat = createServer((request, answer) => {
      void text(request).then((body) => {
        if (request.url === "/hook") told.push(JSON.parse(body) as Told);
        answer.statusCode = request.url === "/hook" ? 204 : 404;
        answer.end();
      });
    });
    const host = await hostOfContainers(stack);
    await new Promise<void>((resolve) => chat.listen(0, host, resolve));
    await stack.setSecret("CHAT_WEBHOOK", `http://${host}:${(chat.address() as AddressInfo).port}/hook`);
    await stack.set({
      notify: { webhook: "CHAT_WEBHOOK" },
      "edge.routes": [{ path: "/", to: "web", websocket: false, timeout: "1s" }],
    });
    await stack.up();
  });
  after(async () => {
    chat.close();
    await stack.down();
  });

  it("of a release, of one that fell back or never rolled and why, and of a rollback", async () => {
    await stack.set({ tag: "1.1.0" });
    await stack.up();
    for (const tag of ["1.1.3-crashing-worker", "1.1.2-bad-migration"]) {
      await stack.set({ tag });
      assert.notEqual((await stack.tidemark(["up", "--yes"])).exitCode, 0);
    }
    await stack.set({ tag: "1.0.0" });
    await stack.up();

    assert.deepEqual(
      told.map(({ what, tag, former }) => [what, tag, former]),
      [
        ["release", "1.0.0", undefined],
        ["release", "1.1.0", "1.0.0"],
        ["fall-back", "1.1.3-crashing-worker", "1.1.0"],
        ["failure", "1.1.2-bad-migration", "1.1.0"],
        ["rollback", "1.0.0", "1.1.0"],
      ],
    );
    assert.match(told[2]?.why ?? "", /worker fell back to 1\.1\.0/);
    assert.match(told[3]?.why ?? "", /^migration orders\.0003_order_account of 1\.1\.2-bad-migration failed/);
    const { answer } = await stack.tidemark(["releases", "--json"]);
    assert.deepEqual(
      (JSON.parse(answer) as { result: string }[]).map(({ result }) => result),
      ["good", "failed", "fell back", "good", "good"],
    );
    for (const { who } of told) assert.match(who, /^\S+@\S+$/);
  });

  it("of a no-go, after which the release before runs again", async () => {
    await stack.set({ tag: "1.1.0", "release.watch": "60s", "release.watchAction": "rollback" });
    const up = stack.tidemark(["up", "--yes"]);
    const visitor = new Visitor(stack.url);
    try {
      const prefix = stack.prefix;
      const api = apiAt(await dockerHost());
      await eventually(
        "the new release runs",
        async () => /:1\.1\.0@/.test((await runningImages(api, prefix, ["web"])).web ?? "") || undefined,
        120_000,
      );
      let ended = false;
      void up.finally(() => (ended = true));
      // More than the process takes for these is an error of the edge's.
      for (let nth = 0; nth < 60 && !ended; nth++)
        await Promise.all(Array.from({ length: 5 }, () => visitor.ask("/api/slow/")));
    } finally {
      const { exitCode, said } = await up;
      assert.notEqual(exitCode, 0, end(said));
      says(said, /no-go: \d+ of \d+ requests were answered with 5xx; 1 % are allowed[\s\S]*Back on 1\.0\.0/);
    }
    assert.match(told.at(-1)?.why ?? "", /^no-go: /);
    assert.deepEqual([told.at(-1)?.what, told.at(-1)?.former], ["fall-back", "1.0.0"]);
    assert.equal((await visitor.json<{ version: string }>("/api/version/")).version, "1.0.0");
  });

  it("of maintenance: by the command, by the settings, and around a migration that is marked so", async () => {
    const from = told.length;
    const news = (): string[] => told.slice(from).map(({ what }) => what);
    await stack.set({ tag: "1.0.0", "release.watch": "0s", "release.watchAction": "tell" });
    assert.equal((await stack.tidemark(["maintenance", "on", "--because", "a new disk"])).exitCode, 0);
    await stack.set({ maintenance: { on: false } });
    await stack.up();
    assert.deepEqual(news(), ["maintenance on", "maintenance off"]);
    assert.equal(told.at(from)?.why, "a new disk");

    await stack.set({ tag: "2.0.0" });
    await stack.up();
    assert.deepEqual(news().slice(2), ["maintenance on", "maintenance off", "release"]);
    assert.match(told.at(from + 2)?.why ?? "", /^migration orders\./);
  });

  it("by nobody where the webhook is gone, which stops no release and is said", async () => {
    await stack.setSecret("CHAT_WEBHOOK", "http://127.0.0.1:9/nobody");
    await stack.set({ tag: "1.1.0" });
    const { said } = await stack.up();
    says(said, /nobody was told: the webhook was not reached \(curl 7\)/);
  });

  it("and the webhook's address stands in no plain text", async () => {
    assert.ok(!(await stack.stateFile()).includes("/hook"));
    const services = await stack.docker(["service", "inspect", ...(await stack.objects()).service]);
    assert.ok(!services.includes("/hook"));
  });
});

/** Where containers reach this machine. */
async function hostOfContainers({ docker }: Stack): Promise<string> {
  const format = "{{range .IPAM.Config}}{{.Gateway}}{{end}}";
  const [gateway = ""] = await lines(docker, ["network", "inspect", "docker_gwbridge", "--format", format]);
  return gateway;
}
