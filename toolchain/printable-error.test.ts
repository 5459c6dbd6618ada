import assert from "node:assert/strict";
import { it } from "node:test";
import { RunError } from "@pulumi/pulumi/errors";
import { OperationError } from "../operations/operation-error";
import { printable } from "./printable-error";

it("tells what went wrong outside by its message alone", () => {
  const told = printable(new OperationError("docker info: cannot connect"));
  assert.ok(RunError.isInstance(told));
  assert.equal(told.stack, "docker info: cannot connect");
});

it("leaves out of a stack the frames that Node never ends to colour, and nothing else", () => {
  const error = new Error("ours");
  error.stack =
    "Error: ours\n    at a (/p/index.ts:1:2)\n    at b (/p/node_modules/@pulumi/resource.ts:3:4)\n    at c (/p/node_modules/@pulumi/runtime/stack.ts:5:6)";
  assert.equal(
    printable(error).stack,
    "Error: ours\n    at a (/p/index.ts:1:2)\n    at c (/p/node_modules/@pulumi/runtime/stack.ts:5:6)",
  );
});

it("leaves a refusal as it is", () => {
  const refusal = new RunError("no");
  assert.equal(printable(refusal), refusal);
});
