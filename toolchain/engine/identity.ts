import { readFileSync } from "node:fs";

/** A process that can be told from a later one with the same number. */
export interface Identity {
  pid: number;
  /** Clock ticks from the machine's start to the process's, where /proc tells. */
  started?: string;
}

export function ownIdentity(): Identity {
  return { pid: process.pid, started: startOf(process.pid) };
}

export function isAlive({ pid, started }: Identity): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "ESRCH") return false;
    // It is there, and another user's.
    if (code !== "EPERM") throw error;
  }
  return started === undefined || startOf(pid) === started;
}

function startOf(pid: number): string | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name, in parentheses, may hold blanks; the start time is the twentieth field after it.
    return text.slice(text.lastIndexOf(")") + 2).split(" ")[19];
  } catch (error) {
    if (error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ESRCH"))
      return undefined;
    throw error;
  }
}
