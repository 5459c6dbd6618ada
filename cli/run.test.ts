import assert from "node:assert/strict";
import { it } from "node:test";
import { everything } from "../test/program/everything";
import { processFor } from "./run";

it("takes the first web, or the process that is named", () => {
  assert.equal(processFor(everything()), "web");
  assert.equal(processFor(everything(), "worker"), "worker");
  assert.equal(processFor({ processes: { worker: everything().processes["worker"]! } }), "worker");
});

it("refuses a process that there is not", () =>
  assert.throws(
    () => processFor(everything(), "postgres"),
    /^OperationError: --as postgres {2}There is no such process, so nothing was run\. There are beat, front, web, worker\.$/,
  ));
