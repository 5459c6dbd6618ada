import assert from "node:assert/strict";
import { it } from "node:test";
import { present, usageIn } from "./task-list";
import type { Task } from "./tasks";

const task = (id: string, slot: number | undefined, state: string, node = "n1"): Task => ({
  ID: id,
  ServiceID: "s",
  ...(slot !== undefined && { Slot: slot }),
  NodeID: node,
  CreatedAt: "",
  DesiredState: "running",
  Spec: {},
  Status: { State: state, Timestamp: "" },
});
const told = (...tasks: Task[]): string[] =>
  present(tasks).map(({ task, restarts }) => `${task.ID} ${task.Status.State} ${restarts}`);

it("shows what runs, and both while one takes over from the other", () =>
  assert.deepEqual(told(task("new", 1, "starting"), task("old", 1, "running"), task("two", 2, "running")), [
    "new starting 0",
    "old running 0",
    "two running 0",
  ]));

it("counts those before it that ended by themselves, not those that a roll ended", () =>
  assert.deepEqual(
    told(task("d", 1, "running"), task("c", 1, "failed"), task("b", 1, "shutdown"), task("a", 1, "complete")),
    ["d running 2"],
  ));

it("shows a failure that nothing has followed yet, and no place that is gone", () =>
  assert.deepEqual(told(task("b", 1, "failed"), task("a", 1, "failed"), task("z", 2, "shutdown")), ["b failed 1"]));

it("shows the last task of what was stopped", () =>
  assert.deepEqual(told(task("b", 1, "shutdown"), task("a", 1, "shutdown")), ["b shutdown 0"]));

it("tells by node what runs once on each", () =>
  assert.deepEqual(told(task("a", undefined, "running"), task("b", undefined, "running", "n2")), [
    "a running 0",
    "b running 0",
  ]));

it("reads what Docker tells of a container's use", () =>
  assert.deepEqual(usageIn('{"CPUPerc":"0.10%","ID":"4491","MemUsage":"90.64MiB / 512MiB","Name":"x"}'), [
    "4491",
    { memory: "90.64MiB/512MiB", cpu: "0.10%" },
  ]));
