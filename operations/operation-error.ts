/** Something outside went wrong; its message alone is what the operator reads. */
export class OperationError extends Error {
  override readonly name = "OperationError";
}
