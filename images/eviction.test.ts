import assert from "node:assert/strict";
import { it } from "node:test";
import { evictionProblem } from "./eviction";

for (const policy of ["allkeys-lru", "allkeys-lfu", "allkeys-random"]) {
  it(`refuses ${policy} for a broker and takes it for a cache`, () => {
    assert.match(evictionProblem("broker", policy)!.why, /queued tasks/);
    assert.equal(evictionProblem("cache", policy), undefined);
  });
}

it("takes noeviction and the policies that touch only keys with an expiry, for a broker too", () => {
  for (const policy of ["noeviction", "volatile-lru", "volatile-ttl"]) {
    assert.equal(evictionProblem("broker", policy), undefined);
  }
});

it("names the known policies when it is given another", () =>
  assert.match(evictionProblem("cache", "lru")!.fix, /allkeys-lru/));
