import assert from "node:assert/strict";
import { randomBytes, X509Certificate } from "node:crypto";
import { after, before, describe, it } from "node:test";
import { Authority, type Certified } from "./authority";
import { anOrder, endpoints, uploaded } from "./endpoints";
import { eventually } from "./eventually";
import { Feed } from "./feed";
import { freePort, type Stack } from "./stack";
import { Visitor } from "./visitor";

const HOST = "shop.test";
const UPLOAD = randomBytes(100_000);

/** Tests of a stack of plain HTTP that is given a certificate, and then another one. */
export function throughTls(stackOf: () => Stack): void {
  describe("through TLS", () => {
    let authority: Authority;
    let visitor: Visitor;
    let first: Certified;
    let formerly: { web: string[]; upload: string };

    before(async () => {
      const stack = stackOf();
      const { url } = await uploaded(new Visitor(stack.url), UPLOAD);
      formerly = { web: await stack.containers("web"), upload: url };
      authority = await Authority.found();
      first = await authority.certify(HOST);
      const port = await freePort();
      const tls = { certificate: first.certificate, key: "TLS_KEY" };
      await stack.setSecret("TLS_KEY", first.key);
      await stack.set({ "edge.hosts": [HOST], "edge.tlsPort": port, "edge.tls": tls, "env.ALLOWED_HOSTS": HOST });
      // Of the shop's own cookie, which is no matter of the edge's.
      await stack.set({ "release.accept": ["security.W016"] });
      visitor = new Visitor(`https://${HOST}:${port}`, authority.certificate);
      await stack.pulumiUp();
    });
    after(() => authority?.close());

    it("keeps an upload through an up that rolls the web", async () => {
      await eventually("the former web is gone", async () => {
        const now = await stackOf().containers("web");
        return now.every((id) => !formerly.web.includes(id)) || undefined;
      });
      const { status, body } = await visitor.ask(formerly.upload);
      assert.equal(status, 200);
      assert.ok(body.equals(UPLOAD));
    });

    for (const [behaviour, look] of Object.entries(endpoints)) it(behaviour, () => look(visitor));

    it("shows the certificate that it was given", async () =>
      assert.equal((await visitor.ask("/health/live/")).certificate, fingerprint(first)));

    it("tells browsers to stay with https, and neither to guess nor to frame, once each", async () => {
      for (const path of ["/", "/static/orders/nothing.css", formerly.upload]) {
        const { headers } = await visitor.ask(path);
        assert.equal(headers["strict-transport-security"], "max-age=31536000", path);
        assert.equal(headers["x-content-type-options"], "nosniff", path);
        assert.equal(headers["x-frame-options"], "DENY", path);
        assert.equal(headers["referrer-policy"], "same-origin", path);
      }
    });

    it("sends plain HTTP to HTTPS, port and path with it", async () => {
      const { status, headers } = await new Visitor(`http://${HOST}:${stackOf().port}`).ask("/api/orders/?limit=2");
      assert.equal(status, 308);
      assert.equal(headers.location, `${visitor.origin}/api/orders/?limit=2`);
    });

    it("refuses a stranger's name, with TLS and without", async () => {
      for (const one of [new Visitor(stackOf().url), visitor]) {
        const { status, text } = await one.ask("/", { headers: { Host: "stranger.test" } });
        assert.equal(status, 421, text);
      }
    });

    it("sends a websocket what a worker did", async () => {
      const feed = await Feed.open(visitor);
      const order = anOrder({ seconds: 0 });
      await visitor.post("/api/orders/", order);
      const done = await feed.saw(order.key, "done");
      await feed.close();
      assert.ok((await stackOf().containers("worker")).includes(done.order.worked_by));
    });

    it("takes a new certificate without a restart of the edge", async () => {
      const stack = stackOf();
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
  });
}

function fingerprint({ certificate }: Certified): string {
  return new X509Certificate(certificate).fingerprint256;
}
