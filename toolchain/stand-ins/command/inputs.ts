import type { CommandArgs } from "@pulumi/command/local";
import type { Unwrap } from "@pulumi/pulumi";

import type { Problem } from "../server/plugin";
import { type Bag, holdsUnknown, isBag, reveal, type Value } from "../server/value";

/** The official package's inputs, once they are plain values. */
export type CommandInputs = Unwrap<CommandArgs>;

type Rule = [fits: (value: Value) => boolean, wanted: string];

const text: Rule = [(value) => typeof value === "string" && !value.includes("\0"), "a text without NUL"];
const texts: Rule = [(value) => Array.isArray(value) && value.every(text[0]), "a list of texts"];
const loggings = ["stdout", "stderr", "stdoutAndStderr", "none"];

const rules: Record<keyof CommandInputs, Rule> = {
  create: text,
  update: text,
  delete: text,
  dir: text,
  stdin: [(value) => typeof value === "string", "a text"],
  interpreter: texts,
  environment: [(value) => isBag(value) && Object.values(value).every(text[0]), "a map of texts without NUL"],
  logging: [(value) => loggings.includes(value as string), `one of ${loggings.join(", ")}`],
  addPreviousOutputInEnv: [(value) => typeof value === "boolean", "true or false"],
  triggers: [Array.isArray, "a list"],
  archivePaths: [() => false, ""],
  assetPaths: [() => false, ""],
};

/** Values never appear in the reasons, for any of them may be secret. */
export function problemsOf(inputs: Bag): Problem[] {
  return Object.entries(inputs).flatMap(([property, value]) => {
    const rule = rules[property as keyof CommandInputs];
    if (rule === undefined) return [{ property, reason: "local.Command has no such input" }];
    if (property === "archivePaths" || property === "assetPaths") {
      const reason =
        "this stand-in for the command plugin collects no files. Leave it out, or install the official one.";
      return [{ property, reason }];
    }
    if (holdsUnknown(value) || rule[0](reveal(value))) return [];
    return [{ property, reason: `it must be ${rule[1]}` }];
  });
}
