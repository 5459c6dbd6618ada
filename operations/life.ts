import { readFile } from "node:fs/promises";
import { gone } from "./absent-file";

export interface Life {
  alive: boolean;
  /** Where the system tells it. */
  since?: Date;
}

/** Fields of /proc/PID/stat after the command's name, and the kernel's ticks in a second as programs see them. */
const STATE = 0;
const START = 19;
const TICKS = 100;

/** Whether a process of this machine lives. One that was killed and that nobody has asked after yet does not. */
export async function lifeOf(pid: number): Promise<Life> {
  if (!answers(pid)) return { alive: false };
  const [its, machine] = await Promise.all(
    [`/proc/${pid}/stat`, "/proc/stat"].map((file) => readFile(file, "utf8").catch(gone)),
  );
  if (machine === undefined) return { alive: true };
  return its === undefined ? { alive: false } : lifeIn(its, machine);
}

/** @param its /proc/PID/stat @param machine /proc/stat */
export function lifeIn(its: string, machine: string): Life {
  const fields = its.slice(its.lastIndexOf(")") + 2).split(" ");
  const booted = Number(/^btime (\d+)$/m.exec(machine)?.[1]);
  const since = new Date((booted + Number(fields[START]) / TICKS) * 1000);
  return { alive: !["Z", "X"].includes(fields[STATE] ?? ""), since };
}

function answers(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
