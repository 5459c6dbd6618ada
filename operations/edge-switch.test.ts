import assert from "node:assert/strict";
import { it } from "node:test";
import { switchJob } from "./edge-switch";

const job = { name: "edge-switch", image: "edge", command: ["edge", "switch"], labels: {}, limitSeconds: 60 };

it("names what is to be switched to, and what is to be asked", () => {
  const command = (static_: string | null, smoke?: string) =>
    switchJob({ job, to: { hash: "f00d", static: static_ }, ...(smoke && { smoke }) }).command.slice(2);
  assert.deepEqual(command("1.0.0-abc", "/smoke"), ["f00d", "--static", "1.0.0-abc", "--smoke", "/smoke"]);
  assert.deepEqual(command(null), ["f00d"]);
});
