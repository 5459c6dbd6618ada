import assert from "node:assert/strict";
import { it } from "node:test";
import { releaseId } from "./release-id";

it("tells two pushes of one tag apart", () => {
  const pinned = (digit: string): string => `registry.example:5000/shop:1.4.2@sha256:${digit.repeat(64)}`;
  assert.equal(releaseId("1.4.2", pinned("a")), "1.4.2-aaaaaaaaaaaa");
  assert.notEqual(releaseId("1.4.2", pinned("a")), releaseId("1.4.2", pinned("b")));
});
