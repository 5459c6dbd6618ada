import assert from "node:assert/strict";
import { it } from "node:test";
import { table } from "./ps";

it("puts a task on a line, and beneath it what is wrong with it", () => {
  const web = { process: "web", node: "one", image: "shop:1.4.2", since: "2026-11-21T12:51:18.1Z", restarts: 0 };
  assert.deepEqual(
    table([
      { ...web, task: "1.x8ka01", state: "running", memory: "91MiB/512MiB", cpu: "0.3%" },
      { ...web, task: "2.b2", state: "failed", restarts: 3, why: "task: non-zero exit (1)" },
    ]),
    [
      "process  task      node  image       state    since                 restarts  memory        cpu",
      "web      1.x8ka01  one   shop:1.4.2  running  2026-11-21T12:51:18Z  0         91MiB/512MiB  0.3%",
      "web      2.b2      one   shop:1.4.2  failed   2026-11-21T12:51:18Z  3",
      "  task: non-zero exit (1)",
    ],
  );
});
