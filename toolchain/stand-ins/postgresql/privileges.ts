import type { Problem } from "../server/plugin";

/** What can be granted on what, as PostgreSQL 17 has it. The server itself refuses what it is too old for. */
const privilegesOf = {
  database: ["CREATE", "CONNECT", "TEMPORARY", "TEMP"],
  schema: ["CREATE", "USAGE"],
  table: ["SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER", "MAINTAIN"],
  sequence: ["USAGE", "SELECT", "UPDATE"],
  function: ["EXECUTE"],
  procedure: ["EXECUTE"],
  routine: ["EXECUTE"],
  type: ["USAGE"],
} as const;

export type ObjectType = keyof typeof privilegesOf;

/** PostgreSQL's letter for `acldefault`. */
export const aclLetter: Record<ObjectType, string> = {
  database: "d",
  schema: "n",
  table: "r",
  sequence: "s",
  function: "f",
  procedure: "f",
  routine: "f",
  type: "T",
};

export function privilegeProblems(type: ObjectType, privileges: string[]): Problem[] {
  const possible: readonly string[] = ["ALL", ...privilegesOf[type]];
  const wrong = privileges.filter((one) => !possible.includes(one.toUpperCase()));
  if (wrong.length === 0) return [];
  const list = wrong.map((one) => JSON.stringify(one)).join(", ");
  return [
    {
      property: "privileges",
      reason: `${list}: nothing that can be granted on a ${type}; there are ${possible.join(", ")}`,
    },
  ];
}

/** For a statement. Only words of the list above get in, for they cannot be quoted. */
export function privilegeList(type: ObjectType, privileges: string[]): string {
  const [problem] = privilegeProblems(type, privileges);
  if (problem) throw new Error(problem.reason);
  return canonical(privileges).join(", ");
}

/** The program's spelling, where the server has just that: ALL, TEMP and lower case are other words for the same. */
export function spelledAs(said: string[] | undefined, actual: string[], all: string[]): string[] {
  const meant = said && canonical(said).flatMap((one) => (one === "ALL" ? all : [one]));
  const same = meant && JSON.stringify([...new Set(meant)].sort()) === JSON.stringify([...actual].sort());
  return same ? said : actual;
}

function canonical(privileges: string[]): string[] {
  const words = privileges.map((one) => one.toUpperCase()).map((one) => (one === "TEMP" ? "TEMPORARY" : one));
  return [...new Set(words)].sort();
}
