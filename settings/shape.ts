import type { z } from "zod";
import { externalDatabase } from "./database";
import { entryAt, fixFrom, hasUnit } from "./manual";
import { nearest } from "./nearest";
import { valueAt, written, type Path } from "./path";
import { externalRedis } from "./redis";
import type { Problem } from "./refusal";
import { shown } from "./shown";
import { HIDDEN, type Leaf } from "./stack-file";

type Issue = z.core.$ZodIssue;

/** A problem of shape says where it is and what may stand in, so that the settings can be looked at further. */
export interface ShapeProblem extends Problem {
  path: Path;
  instead?: unknown;
}

const STAND_INS = new Map<string, unknown>([
  ["name", "name"],
  ["tag", "0"],
  ["health", { path: "/" }],
  ["path", "/path"],
  ["root", "/root"],
  ["url", "URL"],
  ["server", "server"],
]);

const KINDS: Record<string, string> = {
  string: "A text belongs",
  number: "A number belongs",
  int: "A whole number belongs",
  boolean: "True or false belongs",
  array: "A list belongs",
  object: "Names and values belong",
  record: "Names and values belong",
};

/** What the schema found, in words. */
export function shapeProblems(issues: readonly Issue[], tree: unknown, leaves: readonly Leaf[]): ShapeProblem[] {
  return issues.flatMap((issue) => problemsOf(issue, [], tree, leaves));
}

function problemsOf(issue: Issue, above: Path, tree: unknown, leaves: readonly Leaf[]): ShapeProblem[] {
  const path: Path = [...above, ...(issue.path as Path)];
  const external = issue.code === "unrecognized_keys" && issue.keys.includes("external") && externalForm(path);
  if (external) {
    const inner = external.safeParse(valueAt(tree, path)).error?.issues ?? [];
    return inner.flatMap((one) => problemsOf(one, path, tree, leaves));
  }
  if (issue.code === "unrecognized_keys") return issue.keys.map((key) => unknownKey([...path, key], tree));
  if (issue.code === "invalid_union" && issue.errors.length > 0) {
    const form = meant(issue.errors);
    if (form) return form.flatMap((inner) => problemsOf(inner, path, tree, leaves));
  }
  const value = valueAt(tree, path);
  const entry = entryAt(path, tree);
  const problem = (why: string, fix: string): [ShapeProblem] => [
    { path, at: written(path), got: shown(path, value), why, fix, instead: standIn(path) },
  ];

  if (issue.code === "invalid_key") {
    const rule = issue.issues[0]?.message ?? "is not a name";
    return [
      { path, at: written(path), got: JSON.stringify(path.at(-1)), why: `It ${rule}.`, fix: fixOfKey(path, tree) },
    ];
  }
  if (value === undefined || value === null) {
    const purpose = entry?.description ? ` ${entry.description}` : "";
    return problem(value === null ? `It is left empty.${purpose}` : `It is needed.${purpose}`, fixFrom(entry));
  }
  const leaf = leaves.find((one) => written(one.path) === written(path));
  if (issue.code === "invalid_type" && issue.expected === "string" && leaf && !(entry && hasUnit(entry))) {
    const [read] = problem(`YAML reads it as a ${typeof value}; a text belongs here.`, quoted(path, leaf));
    return [{ ...read, instead: leaf.source }];
  }
  if (issue.code === "invalid_union" && "options" in issue && Array.isArray(issue.options)) {
    return problem("There is no such choice.", `Write one of: ${issue.options.join(", ")}.`);
  }
  return problem(reason(issue, entry?.description), fixFrom(entry));
}

/** Zod stops at the form that fits but for one key; who wrote `external` meant the other one. */
function externalForm(path: Path): z.ZodType | undefined {
  if (written(path) === "database") return externalDatabase;
  return path[0] === "redis" && path.length === 2 ? externalRedis : undefined;
}

/** For what must be there. It is never deployed: a problem of shape always ends in a refusal. */
function standIn(path: Path): unknown {
  return path[0] === "secrets" ? HIDDEN : STAND_INS.get(String(path.at(-1)));
}

function reason(issue: Issue, description: string | undefined): string {
  const purpose = description ? ` ${description}` : "";
  switch (issue.code) {
    case "too_small":
      if (issue.origin === "array") return "It is empty.";
      return issue.inclusive ? `It is below ${issue.minimum}.` : `It is not above ${issue.minimum}.`;
    case "too_big":
      return `It is above ${issue.maximum}.`;
    case "invalid_format":
      if (issue.format === "starts_with")
        return `It does not begin with ${(issue as { prefix?: string }).prefix}.${purpose}`;
      return issue.message.startsWith("is ") ? `It ${issue.message}.` : "It is not of the form that is needed.";
    case "invalid_value":
      return issue.values.length === 1
        ? `It can only be ${JSON.stringify(issue.values[0])}.${purpose}`
        : "There is no such choice.";
    case "invalid_union":
      return "It has none of the forms that are known here.";
    case "invalid_type":
      return `${KINDS[issue.expected] ?? "Another kind of value"} here.`;
    case "custom":
      return `It ${issue.message}.`;
    default:
      return "It does not fit here.";
  }
}

function unknownKey(path: Path, tree: unknown): ShapeProblem {
  const holder = path.slice(0, -1);
  const known = Object.keys(entryAt(holder, tree)?.properties ?? {});
  const near = nearest(String(path.at(-1)), known);
  const fix = near ? `Did you mean ${near}?` : known.length ? `Known here: ${known.join(", ")}.` : "Take it away.";
  const value = valueAt(tree, path);
  // What a misspelt key was meant to hold is not known: it may be a password.
  const got = typeof value === "string" ? "a text" : shown(path, value);
  return { path, at: written(path), got, why: "There is no such setting.", fix };
}

function fixOfKey(path: Path, tree: unknown): string {
  if (path[0] === "secrets" || path.at(-2) === "env") return `Write it like ${suggestion(String(path.at(-1)))}.`;
  const rule = entryAt(path.slice(0, -1), tree)?.propertyNames;
  return rule?.title === "name" ? fixFrom(rule) : "Write letters, digits and - or _ alone.";
}

function suggestion(name: string): string {
  return (
    name
      .toUpperCase()
      .replace(/[^A-Z0-9_]/g, "_")
      .replace(/^[0-9_]+/, "") || "A_NAME"
  );
}

function quoted(path: Path, { source, value }: Leaf): string {
  if (shown(path, value) === HIDDEN) return "Put it in quotes.";
  const key = path.filter((part) => typeof part === "string").at(-1);
  return typeof path.at(-1) === "number" ? `Quote it: "${source}".` : `Quote it: ${key}: "${source}".`;
}

/** Of several forms, the one with the fewest complaints about the whole of it. */
function meant(forms: readonly (readonly Issue[])[]): readonly Issue[] | undefined {
  const ofTheWhole = (form: readonly Issue[]) => form.filter((issue) => issue.path.length === 0).length;
  const possible = forms.filter(
    (form) => !form.some((issue) => issue.path.length === 0 && issue.code !== "unrecognized_keys"),
  );
  return [...possible].sort((a, b) => ofTheWhole(a) - ofTheWhole(b) || a.length - b.length)[0];
}
