import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { it } from "node:test";
import { lifeIn, lifeOf } from "./life";

const machine = "cpu  1 2 3\nbtime 1763712000\nprocesses 9\n";
const stat = (state: string): string =>
  `4711 (a (b) c) ${state} 1 4711 4711 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 12345 0 0\n`;

it("reads whether a process lives and since when, whatever its name is", () => {
  assert.deepEqual(lifeIn(stat("S"), machine), { alive: true, since: new Date(1763712000_000 + 123_450) });
  assert.equal(lifeIn(stat("Z"), machine).alive, false);
});

it("sees this process live since it began, and one that has ended not", async () => {
  const { alive, since } = await lifeOf(process.pid);
  assert.equal(alive, true);
  assert.ok(
    since === undefined || Math.abs(Date.now() - process.uptime() * 1000 - since.getTime()) < 3_000,
    String(since),
  );
  const child = spawn(process.execPath, ["-e", ""]);
  await new Promise((resolve) => child.once("close", resolve));
  assert.deepEqual(await lifeOf(child.pid ?? 0), { alive: false });
});
