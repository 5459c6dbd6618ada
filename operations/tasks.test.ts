import assert from "node:assert/strict";
import { it } from "node:test";
import { complaint } from "./tasks";

const check = (ExitCode: number, Output: string) => ({ ExitCode, Output });

it("tells of an unhealthy task what most of its checks said, and of two as often said the later", () => {
  const ill = check(1, "/ready/: 503\n");
  assert.equal(complaint([check(0, ""), ill, ill, check(1, "Connection reset by peer")]), "not healthy: /ready/: 503");
  assert.equal(complaint([check(1, "refused"), ill]), "not healthy: /ready/: 503");
  assert.equal(complaint([check(7, "")]), "not healthy: exit code 7");
});

it("tells nothing of one that is well", () => {
  assert.equal(complaint([check(1, "refused"), check(0, "")]), undefined);
  assert.equal(complaint([]), undefined);
});
