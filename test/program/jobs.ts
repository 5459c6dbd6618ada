import type { Job } from "../../operations/job";
import { COMMAND, ofType } from "./application";
import type { Registered } from "./build";
import { revealed } from "./secret";

/** Every job in the orders of the operations, whichever operation runs it. An order that is unknown in a preview has none. */
export function jobsOf(made: readonly Registered[]): Job[] {
  return ofType(made, COMMAND).flatMap(({ inputs }) => {
    const stdin = revealed(inputs.stdin);
    return typeof stdin === "string" && stdin.startsWith("{") ? within(JSON.parse(stdin)) : [];
  });
}

/** The command that a job's launcher starts; undefined where there is no launcher. */
export function launchedBy({ command }: Job): string | undefined {
  if (!command.includes("/tidemark/launch")) return undefined;
  const own = command.slice(command.indexOf("--") + 1);
  // What collects or locks is given the application's own command behind another --.
  return own.slice(own.lastIndexOf("--") + 1).join(" ");
}

function within(value: unknown): Job[] {
  if (typeof value !== "object" || value === null) return [];
  if ("image" in value && "command" in value) return [value as Job];
  return Object.values(value).flatMap(within);
}
