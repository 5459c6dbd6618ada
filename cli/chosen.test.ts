import assert from "node:assert/strict";
import { it } from "node:test";
import { sample, web } from "../settings/checks/sample";
import { chosenProcesses } from "./chosen";

const settings = sample({ processes: { web, worker: { kind: "worker" }, beat: { kind: "beat" } } });

it("is what was named, once each, else all", () => {
  assert.deepEqual(chosenProcesses(settings, ["worker", "beat", "worker"]), ["beat", "worker"]);
  assert.deepEqual(chosenProcesses(settings, []), ["beat", "web", "worker"]);
});

it("refuses the whole when one is unknown, and says which may have been meant", () =>
  assert.throws(() => chosenProcesses(settings, ["web", "wroker"]), /wroker: there is no such process.*mean worker\?/));
