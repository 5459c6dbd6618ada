import { spawn } from "node:child_process";
import type { Readable } from "node:stream";

import { PluginError } from "../server/plugin";

export interface Run {
  /** The program and its arguments. */
  argv: string[];
  dir?: string;
  environment: Record<string, string>;
  stdin?: string;
  onStdout?(line: string): void;
  onStderr?(line: string): void;
}

export interface Outcome {
  /** As a shell user would say it. @example "exit status 3", "signal SIGTERM" */
  status: string;
  succeeded: boolean;
  stdout: string;
  stderr: string;
}

const killAfterMs = 10_000;

/** What the plugin has started: each leads a process group, so that its children end with it. */
export class Processes {
  private readonly running = new Map<number, Promise<unknown>>();
  private cancelled = false;

  async run(run: Run): Promise<Outcome> {
    if (this.cancelled) throw new PluginError("not started, for the update was cancelled");
    const [program, ...args] = run.argv;
    const child = spawn(program!, args, {
      cwd: run.dir,
      env: { ...process.env, ...run.environment },
      detached: true,
      stdio: ["pipe", "pipe", "pipe"],
    });
    // A command that does not read its standard input closes it early; that is its right.
    child.stdin.on("error", () => undefined);
    child.stdin.end(run.stdin ?? "");
    const stdout = collect(child.stdout, run.onStdout);
    const stderr = collect(child.stderr, run.onStderr);

    const ended = new Promise<string>((resolve, reject) => {
      child.once("error", (failure) => reject(notStarted(failure, run)));
      child.once("close", (code, signal) => resolve(signal ? `signal ${signal}` : `exit status ${code}`));
    });
    if (child.pid !== undefined) this.running.set(child.pid, ended);
    try {
      const status = await ended;
      return { status, succeeded: status === "exit status 0", stdout: stdout(), stderr: stderr() };
    } finally {
      if (child.pid !== undefined) this.running.delete(child.pid);
    }
  }

  /** Asks everything that runs to end, and starts nothing more. */
  terminate(): void {
    this.cancelled = true;
    this.signal("SIGTERM");
  }

  /** As `terminate`, but waits, and kills what does not listen. */
  async end(): Promise<void> {
    this.terminate();
    const kill = setTimeout(() => this.signal("SIGKILL"), killAfterMs);
    await Promise.allSettled(this.running.values());
    clearTimeout(kill);
  }

  private signal(signal: NodeJS.Signals): void {
    for (const leader of this.running.keys()) {
      try {
        process.kill(-leader, signal);
      } catch (failure) {
        if ((failure as NodeJS.ErrnoException).code !== "ESRCH") throw failure;
      }
    }
  }
}

/** Hands out whole lines as they come, and in the end everything. */
function collect(stream: Readable, onLine?: (line: string) => void): () => string {
  let text = "";
  let rest = "";
  stream.setEncoding("utf8");
  stream.on("data", (chunk: string) => {
    text += chunk;
    if (!onLine) return;
    const lines = (rest + chunk).split("\n");
    rest = lines.pop()!;
    lines.forEach(onLine);
  });
  stream.on("end", () => {
    if (onLine && rest !== "") onLine(rest);
  });
  return () => text;
}

function notStarted(failure: NodeJS.ErrnoException, { argv, dir }: Run): PluginError {
  const where = dir === undefined ? "" : ` in ${dir}`;
  const why: Record<string, string> = {
    ENOENT: dir === undefined ? "there is no such program" : "there is no such program, or no such directory",
    EACCES: "it may not be executed",
    E2BIG:
      "its arguments and environment are too large; give long values by stdin, and set addPreviousOutputInEnv: false",
  };
  return new PluginError(`${argv[0]}${where} did not start: ${why[failure.code ?? ""] ?? failure.message}`);
}
