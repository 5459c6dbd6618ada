import { OperationError } from "../operations/operation-error";
import { nearest } from "../settings/nearest";
import type { Settings } from "../settings/schema";

/** The processes that were named, or all of them when none was. */
export function chosenProcesses({ processes }: Pick<Settings, "processes">, names: readonly string[]): string[] {
  const known = Object.keys(processes).sort();
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) {
    const near = nearest(unknown, known);
    const fix = near ? `Did you mean ${near}?` : `There are ${known.join(", ")}.`;
    throw new OperationError(`${unknown}: there is no such process, and nothing was changed. ${fix}`);
  }
  return names.length === 0 ? known : known.filter((name) => names.includes(name));
}
