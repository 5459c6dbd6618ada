import assert from "node:assert/strict";
import { it } from "node:test";
import { stoppedOf, withStarted, withStopped, type Stopped } from "./stopped";

const shop = (stopped: Stopped) => ({ processes: { web: {}, worker: {}, beat: {} }, stopped });

it("names the processes that do not run", () => {
  assert.deepEqual(stoppedOf(shop(true)), ["beat", "web", "worker"]);
  assert.deepEqual(stoppedOf(shop(false)), []);
  assert.deepEqual(stoppedOf(shop(["worker", "beat"])), ["beat", "worker"]);
});

it("adds what is stopped, and says true once that is all", () => {
  assert.deepEqual(withStopped(shop([]), ["worker"]), ["worker"]);
  assert.deepEqual(withStopped(shop(["worker"]), ["beat", "worker"]), ["beat", "worker"]);
  assert.equal(withStopped(shop(["worker"]), ["beat", "web"]), true);
  assert.equal(withStopped(shop(true), ["web"]), true);
});

it("takes out what is started", () => {
  assert.deepEqual(withStarted(shop(true), ["web"]), ["beat", "worker"]);
  assert.deepEqual(withStarted(shop(["worker"]), ["web", "worker"]), []);
});
