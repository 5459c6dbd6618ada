import { OperationError } from "../operations/operation-error";
import { Refusal } from "../settings/refusal";
import { Declined } from "./declined";
import { tidemark } from "./program";

tidemark()
  .parseAsync()
  .catch((error: unknown) => {
    const plain = error instanceof OperationError || error instanceof Refusal;
    console.error(plain ? error.message : error);
    process.exitCode = error instanceof Declined ? Declined.exitCode : 1;
  });
