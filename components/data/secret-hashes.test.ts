import assert from "node:assert/strict";
import { it } from "node:test";
import { sample } from "../../settings/checks/sample";
import { loginsOf } from "./logins";
import { Passwords } from "./passwords";
import { secretHashes } from "./secret-hashes";

const secrets = { TIDEMARK_KEY: "k".repeat(44), API: "a-secret" };
function hashes(other: Record<string, unknown> = {}, key = "key"): Record<string, string> {
  const settings = sample({ secrets, redis: { redis: {} }, ...other });
  const passwords = new Passwords(key, "shop-prod");
  return secretHashes(settings, passwords, loginsOf("shop", passwords, settings.rotation.database));
}

it("tells one value of a secret from the next, and is the same for the same", () => {
  assert.deepEqual(Object.keys(hashes()), ["API", "database", "redis", "TIDEMARK_KEY"]);
  assert.deepEqual(hashes(), hashes());
  const changed = (other: Record<string, unknown>): string[] =>
    Object.entries(hashes(other)).flatMap(([name, hash]) => (hashes()[name] === hash ? [] : [name]));
  assert.deepEqual(changed({ secrets: { ...secrets, API: "another" } }), ["API"]);
  assert.deepEqual(changed({ rotation: { database: 2 } }), ["database"]);
  assert.deepEqual(changed({ rotation: { redis: 2 } }), ["redis"]);
});

it("cannot be made without the key, so that nobody tries words until one fits", () =>
  assert.notEqual(hashes()["API"], hashes({}, "another")["API"]));

it("makes none where there is no key", () =>
  assert.deepEqual(hashes({ secrets: { API: "a-secret" }, database: { external: { url: "API" } }, redis: {} }), {}));

it("speaks of no password that is not made here", () =>
  assert.deepEqual(
    Object.keys(hashes({ database: { external: { url: "API" } }, redis: { cache: { external: { url: "API" } } } })),
    ["API", "TIDEMARK_KEY"],
  ));
