import { spawn } from "node:child_process";
import * as path from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as pause } from "node:timers/promises";
import type { Stack } from "./stack";

const TIDEMARK = path.resolve(__dirname, "../../cli/tidemark.js");
/** A step of the engine's on something outside of it. */
const STEP = /(docker|command|postgresql):\S+ (\S+) (creating|created|updating|updated)/;

export interface Killed {
  /** Undefined when it was killed. */
  exitCode?: number;
  /** The last step that it told. */
  step: string;
  said: string;
}

/** `tidemark up` in a process group of its own, ended by SIGKILL a while after it has told so many steps. */
export function killedUp(stack: Stack, steps: number, thenMs: number): Promise<Killed> {
  return killedWhen(stack, (_, seen) => seen >= steps, thenMs);
}

/** The same, a while after it has told a line. */
export function killedAt(stack: Stack, line: RegExp, thenMs: number): Promise<Killed> {
  return killedWhen(stack, (told) => line.test(told), thenMs);
}

async function killedWhen(
  stack: Stack,
  reachedBy: (line: string, steps: number) => boolean,
  thenMs: number,
): Promise<Killed> {
  const child = spawn(process.execPath, [TIDEMARK, "--stack", stack.name, "up", "--yes"], {
    cwd: stack.folder,
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const ended = new Promise<number | undefined>((resolve) => child.once("exit", (code) => resolve(code ?? undefined)));
  const said: string[] = [];
  const seen: string[] = [];
  const reached = new Promise<void>((resolve) => {
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on("line", (line) => {
        said.push(line);
        const [, , name, state] = STEP.exec(line) ?? [];
        if (name) seen.push(`${name} ${state}`);
        if (reachedBy(line, seen.length)) resolve();
      });
    }
  });
  await Promise.race([ended, reached.then(() => pause(thenMs))]);
  if (child.exitCode === null && child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
  const exitCode = await ended;
  return { ...(exitCode !== undefined && { exitCode }), step: seen.at(-1) ?? "before any step", said: said.join("\n") };
}
