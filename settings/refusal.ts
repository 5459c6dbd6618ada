import { RunError } from "@pulumi/pulumi/errors";

/** One thing to put right: where it is, what is there, why that matters, what to write instead. */
export interface Problem {
  at: string;
  got: string;
  why: string;
  fix: string;
}

/** Stops a run before anything was made. Pulumi prints its message alone, with no stack trace. */
export class Refusal extends RunError {
  constructor(
    readonly file: string,
    readonly problems: readonly Problem[],
  ) {
    super([`${file}: ${problems.length} to put right, nothing was touched`, ...problems.map(line)].join("\n"));
    this.name = "Refusal";
    // Pulumi has Node colour the stack before it prints the message alone, and for a frame of the kind
    // node_modules/@scope/file Node never ends.
    this.stack = this.message;
  }
}

function line({ at, got, why, fix }: Problem): string {
  return `  ${at}: ${got}  ${why} ${fix}`;
}
