import { OperationError } from "../operations/operation-error";

/** "No" at a prompt: neither a success nor a failure. */
export class Declined extends OperationError {
  static readonly exitCode = 3;

  constructor() {
    super("Nothing was changed.");
  }
}
