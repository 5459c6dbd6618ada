import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { after, before, it } from "node:test";
import { Authority, type Certified } from "./authority";
import { anOrder, endpoints } from "./endpoints";
import { eventually } from "./eventually";
import { Feed } from "./feed";
import { freePort, Stack } from "./stack";
import { Visitor } from "./visitor";

const HOST = "shop.test";

let authority: Authority;
let stack: Stack;
let visitor: Visitor;
let first: Certified;

before(async () => {
  authority = await Authority.found();
  first = await authority.certify(HOST);
  const port = await freePort();
  const tls = { certificate: first.certificate, key: "TLS_KEY" };
  const settings = { "edge.hosts": [HOST], "edge.tlsPort": port, "edge.tls": tls, "env.ALLOWED_HOSTS": HOST };
  stack = await Stack.fresh("tls", settings, { TLS_KEY: first.key });
  visitor = new Visitor(`https://${HOST}:${port}`, authority.certificate);
  await stack.up();
});
after(async () => {
  await stack.down();
  await authority.close();
});

for (const [behaviour, look] of Object.entries(endpoints)) it(behaviour, () => look(visitor));

it("shows the certificate that it was given", async () =>
  assert.equal((await visitor.ask("/health/live/")).certificate, fingerprint(first)));

it("tells browsers to stay with https, and not to guess or frame, once each", async () => {
  const { headers } = await visitor.ask("/static/orders/nothing.css");
  assert.equal(headers["strict-transport-security"], "max-age=31536000");
  for (const path of ["/static/orders/nothing.css", "/"]) {
    const { headers } = await visitor.ask(path);
    assert.equal(headers["x-content-type-options"], "nosniff");
    assert.equal(headers["x-frame-options"], "DENY");
    assert.equal(headers["referrer-policy"], "same-origin");
  }
});

it("sends plain http to https, port and address with it", async () => {
  const { status, headers } = await new Visitor(`http://${HOST}:${stack.port}`).ask("/api/orders/?limit=2");
  assert.equal(status, 308);
  assert.equal(headers.location, `${visitor.origin}/api/orders/?limit=2`);
});

it("refuses a stranger's name, with TLS and without", async () => {
  for (const origin of [`http://stranger.test:${stack.port}`, visitor.origin]) {
    const { status, text } = await new Visitor(origin, authority.certificate).ask("/", { headers: { Host: "stranger.test" } });
    assert.equal(status, 421, text);
  }
});

it("sends a websocket what a worker did", async () => {
  const feed = await Feed.open(visitor);
  const order = anOrder({ seconds: 0 });
  await visitor.post("/api/orders/", order);
  const done = await feed.saw(order.key, "done");
  await feed.close();
  assert.ok((await stack.containers("worker")).includes(done.order.worked_by));
});

it("takes a new certificate without a restart of the edge", async () => {
  const edge = await stack.containers("edge");
  const second = await authority.certify(HOST);
  await stack.setSecret("TLS_KEY", second.key);
  await stack.set({ "edge.tls.certificate": second.certificate });
  const { said } = await stack.pulumiUp();
  await eventually("the new certificate is shown", async () => {
    const { status, certificate } = await visitor.ask("/health/live/");
    assert.equal(status, 200);
    return certificate === fingerprint(second) || undefined;
  });
  assert.deepEqual(await stack.containers("edge"), edge);
  assert.doesNotMatch(said, /PRIVATE KEY/);
});

function fingerprint({ certificate }: Certified): string {
  return new X509Certificate(certificate).fingerprint256;
}
