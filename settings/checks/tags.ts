import { written } from "../path";
import type { Problem } from "../refusal";
import type { Leaf } from "../stack-file";

/** Without quotes YAML reads 1.10 as 1.1, which is another release. */
export function tagsAsNumbers(leaves: readonly Leaf[]): Problem[] {
  return leaves
    .filter(({ path, value, secure }) => isTag(path) && !secure && value !== null && typeof value !== "string")
    .map(({ path, value, source }) => ({
      at: written(path),
      got: source,
      why: `YAML reads it as the ${typeof value} ${String(value)}.`,
      fix: `Quote it: tag: "${source}".`,
    }));
}

function isTag(path: Leaf["path"]): boolean {
  return path.at(-1) === "tag" && (path.length === 1 || (path.length === 3 && path[0] === "processes"));
}
