import assert from "node:assert/strict";
import { createHash, randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import * as path from "node:path";
import { eventually } from "./eventually";
import type { Order } from "./feed";
import type { Visitor } from "./visitor";

const SOURCE = path.resolve(__dirname, "../../examples/demo/app/orders/static/orders");

/** What was heard of one beat. */
interface Heard {
  beat: string;
  first: string;
  last: string;
}

export interface Kept {
  id: number;
  url: string;
  size: number;
  sha256: string;
}

export function anOrder(more: object = {}): { key: string; customer: string; item: string; quantity: number } {
  return { key: randomUUID(), customer: "Ada", item: "Assam", quantity: 2, ...more };
}

export async function uploaded(visitor: Visitor, content: Buffer): Promise<Kept> {
  const { status, text } = await visitor.upload("/api/uploads/", "leaf.png", content);
  assert.equal(status, 201, text);
  return JSON.parse(text) as Kept;
}

/** What the demo's README says that it answers, by what a test is called. */
export const endpoints: Record<string, (visitor: Visitor) => Promise<void>> = {
  "shows its page, with its version": async (visitor) => {
    const { status, headers, text } = await visitor.ask("/");
    assert.equal(status, 200);
    assert.match(headers["content-type"] ?? "", /^text\/html/);
    assert.match(text, /<b id="version">1\.0\.0<\/b>/);
  },

  "takes an order by its form": async (visitor) => {
    const page = await visitor.ask("/");
    const field = (name: string): string => new RegExp(`name="${name}" value="([^"]+)"`).exec(page.text)?.[1] ?? "";
    const cookie = page.headers["set-cookie"]?.[0]?.split(";")[0] ?? "";
    const { key, ...its } = { ...anOrder({ customer: "Grace", quantity: "3" }), key: field("key") };
    const form = new URLSearchParams({ ...its, key, quantity: "3", csrfmiddlewaretoken: field("csrfmiddlewaretoken") });
    const { status, text } = await visitor.ask("/", {
      method: "POST",
      headers: {
        Cookie: cookie,
        Origin: visitor.origin,
        Referer: `${visitor.origin}/`,
        "Content-Type": "application/x-www-form-urlencoded",
      },
      body: form.toString(),
    });
    assert.equal(status, 302, text);
    assert.equal((await visitor.json<{ customer: string }>(`/api/orders/${key}/`)).customer, "Grace");
  },

  "takes an order once, however often it is sent": async (visitor) => {
    const order = anOrder();
    const statuses = [];
    for (const told of [order, order, { ...order, quantity: 3 }, { ...order, quantity: 0 }]) {
      statuses.push((await visitor.post("/api/orders/", told)).status);
    }
    assert.deepEqual(statuses, [201, 200, 409, 400]);
    const { orders } = await visitor.json<{ orders: Order[] }>("/api/orders/?limit=3");
    assert.equal(orders.filter(({ key }) => key === order.key).length, 1);
    assert.equal((await visitor.ask("/api/orders/nobody-ordered-this/")).status, 404);
  },

  "sells over the counter, each key once": async (visitor) => {
    const { key } = anOrder();
    const statuses = [];
    for (const told of [{ key }, { key }, {}]) statuses.push((await visitor.post("/api/sales/", told)).status);
    assert.deepEqual(statuses, [201, 409, 400]);
    assert.equal((await visitor.json<Order>(`/api/orders/${key}/`)).status, "done");
  },

  "takes an upload and serves it, byte for byte": async (visitor) => {
    const content = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 255, 13, 10, 26, 10]);
    const kept = await uploaded(visitor, content);
    const { status, headers, body } = await visitor.ask(kept.url);
    assert.equal(status, 200);
    assert.match(kept.url, /^\/media\//);
    assert.equal(headers["content-type"], "image/png");
    assert.deepEqual(body, content);
    assert.equal(kept.sha256, createHash("sha256").update(content).digest("hex"));
    const { uploads } = await visitor.json<{ uploads: Kept[] }>("/api/uploads/");
    assert.deepEqual(uploads[0], kept);
    assert.equal((await visitor.upload("/api/uploads/", "page.html", content)).status, 415);
  },

  "hears one beat at a time": async (visitor) => {
    const { beats } = await eventually("a heartbeat", async () => {
      const heard = await visitor.json<{ beats: Heard[] }>("/api/heartbeats/?seconds=60");
      return heard.beats.length > 0 ? heard : undefined;
    });
    for (const { beat } of beats) assert.match(beat, /^[0-9a-f]{12}$/);
    // An update within that minute has ended one and begun another.
    beats.reduce((one, next) => {
      assert.ok(one.last < next.first, `two at once: ${JSON.stringify(beats)}`);
      return next;
    });
  },

  "tells its version": async (visitor) =>
    assert.equal((await visitor.json<{ version: string }>("/api/version/")).version, "1.0.0"),

  "answers as late as it is asked to": async (visitor) => {
    const asked = Date.now();
    assert.equal((await visitor.json<{ seconds: number }>("/api/slow/?seconds=1")).seconds, 1);
    assert.ok(Date.now() - asked >= 1000);
  },

  "sees its visitor's address, name, scheme and request id": async (visitor) => {
    const { status, text, headers } = await visitor.ask("/api/echo/", {
      headers: { "X-Request-ID": "seen-0123456789", "X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "gopher" },
    });
    assert.equal(status, 200);
    const { origin } = visitor;
    const { protocol, host } = new URL(origin);
    const scheme = protocol.slice(0, -1);
    const seen = JSON.parse(text) as {
      client: string;
      secure: boolean;
      request_id: string;
      headers: Record<string, string>;
    };
    assert.equal(seen.secure, scheme === "https");
    assert.equal(seen.request_id, "seen-0123456789");
    assert.equal(headers["x-request-id"], "seen-0123456789");
    assert.equal(seen.headers["X-Forwarded-Proto"], scheme);
    assert.equal(seen.headers.Host, host);
    assert.equal(seen.headers["X-Forwarded-Host"], host);
    assert.notEqual(seen.client, "203.0.113.9");
    assert.equal(seen.client, seen.headers["X-Real-IP"]);
  },

  "gives digests of its environment, and no more": async (visitor) => {
    const digests = await visitor.json<Record<string, unknown>>(
      "/api/env-digest/?name=DEMO_DIAGNOSTICS&name=NOT_THERE",
    );
    const sha256 = createHash("sha256").update("1").digest("hex");
    assert.deepEqual(digests, { DEMO_DIAGNOSTICS: { sha256, length: 1 }, NOT_THERE: null });
  },

  "is alive and ready": async (visitor) => {
    assert.equal((await visitor.json<{ status: string }>("/health/live/")).status, "ok");
    const { checks } = await visitor.json<{ checks: Record<string, { ok: boolean }> }>("/health/ready/");
    assert.deepEqual(
      Object.entries(checks)
        .map(([name, { ok }]) => `${name} ${ok}`)
        .sort(),
      ["database true", "migrations true", "redis true"],
    );
  },

  "has a worker and a beat at work": async (visitor) => {
    const { checks } = await eventually("a healthy /health/detailed/", async () => {
      const { status, text } = await visitor.ask("/health/detailed/");
      return status === 200 ? (JSON.parse(text) as { checks: Record<string, { ok: boolean }> }) : undefined;
    });
    assert.deepEqual(Object.keys(checks).sort(), ["beat", "database", "migrations", "redis", "worker"]);
  },

  "serves its static files by the hash of their content": async (visitor) => {
    const { text } = await visitor.ask("/");
    const types: Record<string, string> = {
      "cup.svg": "image/svg+xml",
      "live.js": "application/javascript",
      "shop.css": "text/css",
    };
    const found = [...text.matchAll(/"(\/static\/orders\/(\w+)\.([0-9a-f]{12})\.(\w+))"/g)];
    assert.deepEqual(found.map(([, , name, , kind]) => `${name}.${kind}`).sort(), Object.keys(types));
    for (const [, url = "", name, hash, kind] of found) {
      const { status, headers, body } = await visitor.ask(url);
      assert.equal(status, 200);
      assert.equal(headers["content-type"], types[`${name}.${kind}`]);
      assert.equal(createHash("md5").update(body).digest("hex").slice(0, 12), hash);
      if (kind !== "css") assert.deepEqual(body, readFileSync(path.join(SOURCE, `${name}.${kind}`)));
      else assert.match(body.toString(), /@import url\("theme\.[0-9a-f]{12}\.css"\);/);
    }
    assert.equal((await visitor.ask("/static/orders/nothing.css")).status, 404);
  },

  "says in JSON what it has not got": async (visitor) => {
    const { status, text } = await visitor.ask("/api/nothing/");
    assert.equal(status, 404);
    assert.deepEqual(JSON.parse(text), { errors: { path: ["/api/nothing/ is not here"] } });
  },
};
