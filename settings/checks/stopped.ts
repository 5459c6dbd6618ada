import { nearest } from "../nearest";
import type { Problem } from "../refusal";
import type { Settings } from "../schema";

export function stopped({ stopped, processes }: Settings): Problem[] {
  if (typeof stopped === "boolean") return [];
  const known = Object.keys(processes);
  return stopped.flatMap((name, index): Problem | [] => {
    if (known.includes(name)) return [];
    const near = nearest(name, known);
    const fix = near ? `Did you mean ${near}?` : `There are ${known.join(", ")}.`;
    return { at: `stopped[${index}]`, got: name, why: "There is no such process.", fix };
  });
}
