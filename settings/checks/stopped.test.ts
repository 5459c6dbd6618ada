import assert from "node:assert/strict";
import { it } from "node:test";
import { sample, web } from "./sample";
import { stopped } from "./stopped";

const processes = { web, worker: { kind: "worker" } };

it("knows only processes that there are", () => {
  assert.deepEqual(stopped(sample({ processes, stopped: ["worker"] })), []);
  assert.deepEqual(stopped(sample({ processes, stopped: true })), []);
  assert.deepEqual(stopped(sample({ processes, stopped: ["web", "wroker"] })), [
    { at: "stopped[1]", got: "wroker", why: "There is no such process.", fix: "Did you mean worker?" },
  ]);
});
