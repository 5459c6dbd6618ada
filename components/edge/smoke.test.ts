import assert from "node:assert/strict";
import { it } from "node:test";
import { sample, web } from "../../settings/checks/sample";
import { smokeFile } from "./smoke";

const front = { kind: "frontend", health: { path: "/" } };

it("asks as a visitor would come, of the edge inside the Swarm", () => {
  const { requests: _, ...plain } = smokeFile(sample({ processes: { web }, edge: { port: 8080 } }), "shop-prod");
  assert.deepEqual(plain, { edge: "shop-prod-edge:8080", scheme: "http", host: "localhost", port: 8080 });
  const edge = { hosts: ["shop.example", "www.shop.example"], tls: { certificate: "(certificate)", key: "TLS_KEY" } };
  const { requests: __, ...secure } = smokeFile(sample({ processes: { web }, edge }), "shop-prod");
  assert.deepEqual(secure, { edge: "shop-prod-edge:8443", scheme: "https", host: "shop.example", port: 443 });
});

it("asks for the health of the first web that a visitor can ask, where the settings name no request", () => {
  const routed = (routes: object[]) =>
    smokeFile(sample({ processes: { front, web }, edge: { routes } }), "shop-prod").requests;
  assert.deepEqual(routed([{ path: "/", to: "web" }]), [{ path: "/health" }]);
  assert.deepEqual(
    routed([
      { path: "/", to: "front" },
      { path: "/api/", to: "web" },
    ]),
    [],
  );
});

it("asks what the settings say instead", () => {
  const smoke = [{ path: "/", text: "Welcome" }];
  assert.deepEqual(smokeFile(sample({ processes: { web }, smoke }), "shop-prod").requests, [
    { path: "/", text: "Welcome", method: "GET", headers: {} },
  ]);
});
