import assert from "node:assert/strict";
import { it } from "node:test";
import { accessPort } from "./access-port";

it("gives a stack the same port at every run, and two stacks two", () => {
  assert.equal(accessPort("shop-prod"), accessPort("shop-prod"));
  assert.notEqual(accessPort("shop-prod"), accessPort("shop-dev"));
  for (const prefix of ["a", "b", "c", "shop-prod"])
    assert.ok(accessPort(prefix) >= 20_000 && accessPort(prefix) < 30_000);
});

it("takes the one that was chosen", () => assert.equal(accessPort("shop-prod", 15_432), 15_432));
