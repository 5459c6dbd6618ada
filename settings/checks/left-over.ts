import { written } from "../path";
import type { Problem } from "../refusal";
import { HIDDEN, type Leaf } from "../stack-file";

const LEFT_OVER = /change[_-]?me\w*/i;

/** A value that a sample told its reader to replace. */
export function leftOver(leaves: readonly Leaf[]): Problem[] {
  return leaves.flatMap(({ path, value, secure }) => {
    const found = LEFT_OVER.exec(String(value))?.[0];
    if (!found) return [];
    return {
      at: written(path),
      got: secure || path[0] === "secrets" ? HIDDEN : found,
      why: "It was left over from a sample.",
      fix: secure ? "Set the true value, as a secret." : "Write the true value.",
    };
  });
}
