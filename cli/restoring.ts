import { readFileSync, writeFileSync } from "node:fs";
import { constants } from "node:os";

/** Until it is confirmed, whoever ends the command in the middle finds the file as it was. */
export function restoring(file: string): { now: () => void; forget: () => void } {
  const text = readFileSync(file);
  const now = (): void => writeFileSync(file, text);
  const end = (signal: NodeJS.Signals): never => {
    now();
    process.exit(128 + constants.signals[signal]);
  };
  for (const signal of SIGNALS) process.once(signal, end);
  return { now, forget: () => SIGNALS.forEach((signal) => process.removeListener(signal, end)) };
}

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
