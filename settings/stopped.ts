import { z } from "zod";
import { nameOf } from "./words";

export const stoppedSchema = z
  .union([z.array(nameOf("a process")), z.boolean()])
  .default([])
  .describe(
    "Processes of which none runs, by name; `true` for all. The data and the edge go on. `tidemark stop` sets it, at once.",
  )
  .meta({ examples: [["worker", "beat"]] });

export type Stopped = z.output<typeof stoppedSchema>;

interface Settings {
  processes: Readonly<Record<string, unknown>>;
  stopped: Stopped;
}

/** The processes that do not run. */
export function stoppedOf({ processes, stopped }: Settings): string[] {
  const all = Object.keys(processes).sort();
  return typeof stopped === "boolean" ? (stopped ? all : []) : all.filter((name) => stopped.includes(name));
}

/** The setting once these are stopped too. */
export function withStopped(settings: Settings, names: readonly string[]): Stopped {
  const now = new Set([...stoppedOf(settings), ...names]);
  const all = Object.keys(settings.processes);
  return all.every((name) => now.has(name)) ? true : [...now].sort();
}

/** The setting once these run again. */
export function withStarted(settings: Settings, names: readonly string[]): Stopped {
  return stoppedOf(settings).filter((name) => !names.includes(name));
}
