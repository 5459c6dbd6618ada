import type { Docker } from "./docker";
import { OperationError } from "./operation-error";

/** Keeps visitors out, or lets them in again. */
export function setMaintenance(_docker: Docker, prefix: string, _on: boolean, because: string): Promise<void> {
  return Promise.reject(
    new OperationError(`the edge of ${prefix} cannot keep visitors out yet, as asked for by ${because}`),
  );
}
