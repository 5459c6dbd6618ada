import assert from "node:assert/strict";
import { it } from "node:test";
import { sample } from "../../settings/checks/sample";
import { turnsInWords, turnsOf } from "./turns";

it("knows the turns of the stack's own servers, and of no other", () => {
  const rotation = { database: 3, redis: 2 };
  assert.deepEqual(turnsOf(sample({ rotation, redis: { redis: {} } })), { database: 3, redis: 2 });
  assert.deepEqual(turnsOf(sample({ rotation })), { database: 3 });
  assert.deepEqual(turnsOf(sample({ rotation, database: { external: { url: "URL" } } })), {});
});

it("writes them down in one order, and says so where there are none", () => {
  assert.equal(turnsInWords({ redis: 1, database: 2 }), "database=2 redis=1");
  assert.equal(turnsInWords({}), "none");
});
