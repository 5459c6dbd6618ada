import assert from "node:assert/strict";
import { it } from "node:test";
import { sample, web } from "../../settings/checks/sample";
import { edgeSchema } from "../../settings/edge";
import { edgePlan, publicUrl } from "./plan";

it("sends all to the only process that answers, websockets too", () => {
  const { routes, staticUrl, mediaUrl } = edgePlan(
    sample({ processes: { worker: { kind: "worker" }, web } }),
    "shop-prod",
  );
  assert.deepEqual(routes, [
    { path: "/", to: "web", websocket: true, timeout: "60s", host: "shop-prod-web", port: 8000 },
  ]);
  assert.deepEqual([staticUrl, mediaUrl], [undefined, undefined]);
});

it("finds each route's service and port, and what the edge serves itself", () => {
  const settings = sample({
    processes: { web: { ...web, port: 5000 }, front: { kind: "frontend", health: { path: "/" } } },
    edge: {
      routes: [
        { path: "/", to: "front" },
        { path: "/api/", to: "web", timeout: "2m", bodySize: "1g" },
      ],
    },
    static: { root: "/srv/static", url: "/assets/" },
    media: { path: "/srv/media" },
  });
  const { routes, staticUrl, mediaUrl } = edgePlan(settings, "shop-prod");
  assert.deepEqual(
    routes.map(({ path, host, port }) => `${path} ${host}:${port}`),
    ["/ shop-prod-front:8080", "/api/ shop-prod-web:5000"],
  );
  assert.deepEqual([staticUrl, mediaUrl], ["/assets/", "/media/"]);
});

it("knows where a process says whether a visitor may be let in, and by which name it is asked", () => {
  const ready = (health: object, hosts: string[] = []) =>
    edgePlan(
      sample({ processes: { web: { ...web, health: { path: "/live/", ...health } } }, edge: { hosts } }),
      "shop-prod",
    ).routes[0]?.ready;
  assert.equal(ready({}), undefined);
  assert.deepEqual(ready({ ready: "/ready/" }), { path: "/ready/", host: "localhost", live: "/live/" });
  assert.deepEqual(ready({ ready: "/ready/" }, ["shop.example"]), {
    path: "/ready/",
    host: "shop.example",
    live: "/live/",
  });
  assert.deepEqual(ready({ ready: "/ready/", host: "inside" }, ["shop.example"]), {
    path: "/ready/",
    host: "inside",
    live: "/live/",
  });
});

it("keeps nobody from asking a web process how it is, and knows whom else to let in", () => {
  const processes = {
    web: { ...web, health: { path: "/live/", ready: "/ready/" } },
    api: { ...web, health: { path: "/" } },
    front: { kind: "frontend", health: { path: "/front" } },
    worker: { kind: "worker" },
  };
  const routes = [{ path: "/", to: "web" }];
  const secrets = { BYPASS: "0123456789abcdef" };
  const maintenance = { addresses: ["203.0.113.7"], cookie: "BYPASS", page: "closed.html", retryAfter: "5m" };
  const plan = (other: object) => edgePlan(sample({ processes, edge: { routes }, ...other }), "shop-prod").maintenance;
  assert.deepEqual(plan({ secrets, maintenance }), {
    ...{ addresses: ["203.0.113.7"], cookie: "0123456789abcdef", retryAfter: "5m", hasPage: true },
    spared: ["/live/", "/ready/"],
  });
  assert.deepEqual(plan({ maintenance: true }), {
    ...{ addresses: [], retryAfter: "2m", hasPage: false, spared: ["/live/", "/ready/"] },
  });
});

it("serves no uploads where the settings say so", () =>
  assert.equal(edgePlan(sample({ media: { path: "/srv/media", url: "" } }), "shop-prod").mediaUrl, undefined));

const tls = { certificate: "c", key: "K" };
for (const [edge, url] of [
  [{}, "http://127.0.0.1/"],
  [{ port: 8080 }, "http://127.0.0.1:8080/"],
  [{ hosts: ["shop.example", "www.shop.example"] }, "http://shop.example/"],
  [{ hosts: ["shop.example"], tls }, "https://shop.example/"],
  [{ tls, tlsPort: 8443 }, "https://127.0.0.1:8443/"],
] as const)
  it(`is found at ${url}`, () => assert.equal(publicUrl(edgeSchema.parse(edge)), url));
