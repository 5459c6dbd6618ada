import assert from "node:assert/strict";
import { it } from "node:test";
import type { ServiceStatus } from "../operations/status";
import { sample, web } from "../settings/checks/sample";
import { otherNumber, stoppedLine } from "./status";

const service = (name: string, wanted: number): ServiceStatus => ({
  name,
  image: "",
  running: wanted,
  wanted,
  log: [],
});
const settings = sample({
  processes: { web: { ...web, replicas: 2 }, worker: { kind: "worker", command: ["work"] } },
});

it("says what is stopped, and how it is started", () => {
  const stopped = [service("shop-prod-web", 0), service("shop-prod-worker", 0), service("shop-prod-edge", 1)];
  assert.deepEqual(stoppedLine(stopped, settings, "shop-prod", "prod"), [
    "\nStopped: web, worker. To start: npx tidemark start web worker --stack prod",
  ]);
  assert.deepEqual(otherNumber(stopped, settings, "shop-prod", "prod"), []);
});

it("says what was scaled by hand", () =>
  assert.deepEqual(
    otherNumber([service("shop-prod-web", 1), service("shop-prod-worker", 1)], settings, "shop-prod", "prod"),
    [
      {
        what: "shop-prod-web is to run 1 times, and the settings say 2. To have it as they say:",
        type: ["npx tidemark up --stack prod"],
      },
    ],
  ));
