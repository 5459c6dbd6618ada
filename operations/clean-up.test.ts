import assert from "node:assert/strict";
import { it } from "node:test";
import { unreferenced, type Kept } from "./clean-up";

const kept = (kind: Kept["kind"], name: string, at: string): Kept => ({ kind, id: `id of ${name}`, name, at });

it("counts as unused what is neither the newest of its name nor referred to", () => {
  const all = [
    kept("secret", "shop-prod-web-environment-secret-0a1b2c3", "2026-11-01"),
    kept("secret", "shop-prod-web-environment-secret-1a1b2c3", "2026-11-02"),
    kept("secret", "shop-prod-web-environment-secret-2a1b2c3", "2026-11-03"),
    kept("config", "shop-prod-launch-config-0a1b2c3", "2026-11-01"),
    kept("volume", "shop-prod-static-of-1.0.0-aaaaaaaaaaaa", "2026-11-01"),
    kept("volume", "shop-prod-static-of-1.1.0-bbbbbbbbbbbb", "2026-11-02"),
    kept("volume", "shop-prod-static-of-1.2.0-cccccccccccc", "2026-11-03"),
  ];
  const referred = new Set([
    "id of shop-prod-web-environment-secret-1a1b2c3",
    "shop-prod-static-of-1.1.0-bbbbbbbbbbbb",
  ]);
  assert.deepEqual(
    unreferenced(all, referred).map(({ name }) => name),
    ["shop-prod-web-environment-secret-0a1b2c3", "shop-prod-static-of-1.0.0-aaaaaaaaaaaa"],
  );
});
