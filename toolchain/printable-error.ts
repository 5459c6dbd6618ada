import { RunError } from "@pulumi/pulumi/errors";
import { OperationError } from "../operations/operation-error";

/** A frame like node_modules/@scope/file:1:2; Node never ends when Pulumi has it colour one. */
const ENDLESS = /node_modules[/\\]@[^/\\]+[/\\][^/\\]+:\d+:\d+/;

/** The same error in a form that Pulumi can print: what went wrong outside as its message alone, a fault of ours with its stack. */
export function printable(error: Error): Error {
  if (error instanceof OperationError) {
    const told = new RunError(error.message);
    told.stack = error.message;
    return told;
  }
  const frames = error.stack?.split("\n").filter((line) => !ENDLESS.test(line)) ?? [];
  error.stack = frames.join("\n");
  return error;
}
