import assert from "node:assert/strict";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { it } from "node:test";
import { Load, type Report, told } from "./load";
import { sortOf } from "./requests";

/** What a load sees of a server that answers so. */
async function seen(requests: number, listener: RequestListener): Promise<Report> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const load = await Load.start(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, {
    rate: 400,
    limitMs: 2000,
  });
  try {
    await load.atLeast(requests);
  } finally {
    await load.stop();
    server.close();
  }
  return load.stop();
}

const well: RequestListener = ({ method }, response) => void response.writeHead(method === "POST" ? 201 : 200).end("x");

it("asks for what is slow in a tenth, adds a row in a quarter, and comes alone in half of each", () => {
  const all = Array.from({ length: 2000 }, (_, n) => sortOf(n));
  for (const [kind, count] of Object.entries({ slow: 200, sale: 500, read: 1300 })) {
    const its = all.filter((one) => one.kind === kind);
    assert.equal(its.length, count, kind);
    assert.equal(its.filter(({ alone }) => alone).length, count / 2, `${kind} alone`);
  }
});

it("counts what was answered, and tells the keys of the rows", async () => {
  const posted: string[] = [];
  const alone = new Set<boolean>();
  const { requests, failures, keys, percentile } = await seen(200, (request, response) => {
    alone.add(request.headers.connection === "close");
    if (request.method !== "POST") return well(request, response);
    let text = "";
    request.on("data", (chunk: Buffer) => (text += chunk.toString()));
    request.on("end", () => {
      posted.push((JSON.parse(text) as { key: string }).key);
      response.writeHead(201).end();
    });
  });
  assert.deepEqual(told(failures), []);
  assert.ok(requests >= 200);
  assert.deepEqual([...keys].sort(), [...posted].sort());
  assert.equal(new Set(keys).size, keys.length);
  assert.deepEqual([...alone].sort(), [false, true]);
  assert.ok(percentile(50) <= percentile(99));
});

const wrong: Record<string, { listener: RequestListener; why: RegExp }> = {
  "an error": { listener: (_, response) => void response.writeHead(502).end(), why: /^502$/ },
  "a reset": { listener: ({ socket }) => void socket.resetAndDestroy(), why: /ECONNRESET/ },
  "an answer that breaks off": {
    listener: (_, response) => {
      response.writeHead(200, { "Content-Length": "9" }).write("half");
      setTimeout(() => response.destroy(), 20);
    },
    why: /broke off/,
  },
  silence: { listener: () => undefined, why: /^not answered in 2 s$/ },
};

for (const [name, { listener, why }] of Object.entries(wrong)) {
  it(`takes ${name} for a failure, with its time and reason`, async () => {
    let count = 0;
    const { requests, failures } = await seen(100, (request, response) =>
      ++count === 50 ? listener(request, response) : well(request, response),
    );
    assert.ok(requests >= 100);
    assert.equal(failures.length, 1);
    assert.match(failures[0]?.why ?? "", why);
    assert.ok(Math.abs(Date.parse(failures[0]?.at ?? "") - Date.now()) < 60_000);
  });
}
