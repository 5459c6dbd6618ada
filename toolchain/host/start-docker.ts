import { spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { execa } from "execa";
import { OperationError } from "../../operations/operation-error";
import { until } from "../../operations/until";

/** The engine's version once it answers. */
type Answers = () => Promise<string | undefined>;

const LIMIT_MS = 60_000;
const STARTS = 3;
const PAUSE_MS = 2_000;
const LOG_LINES = 8;

export async function startBySystemd(answers: Answers): Promise<string> {
  const { exitCode, stderr } = await execa("systemctl", ["start", "docker"], { reject: false, stdin: "ignore" });
  const version = await until(exitCode === 0 ? LIMIT_MS : 0, answers);
  if (version) return version;
  throw new OperationError(
    `Docker did not start: ${stderr || "it gives no answer"}\n  See: journalctl -u docker -n 50`,
  );
}

/** Starts the daemon in a session of its own, so that it outlives this process and its terminal. */
export async function startByHand(command: string, log: string, answers: Answers, pauseMs = PAUSE_MS): Promise<string> {
  mkdirSync(path.dirname(log), { recursive: true });
  let ended: string | undefined;
  for (let start = 1; start <= STARTS; start++) {
    const daemon = launch(command, log);
    const version = await until(
      LIMIT_MS,
      async () => (await answers()) ?? (daemon.ended === undefined ? undefined : ""),
    );
    if (version) return version;
    ended = daemon.ended;
    if (ended === undefined) break;
    // A daemon that was killed leaves a dead containerd for init to reap; one started before that gives up on it.
    if (start < STARTS) await pause(pauseMs);
  }
  throw new OperationError(
    [
      `Docker did not start: ${ended ?? `it gives no answer after ${LIMIT_MS / 1000} s`}`,
      ...lastLines(log).map((line) => `  ${line}`),
      `  Its whole log is ${log}`,
    ].join("\n"),
  );
}

function launch(command: string, log: string): { ended?: string } {
  const file = openSync(log, "a");
  const child = spawn(command, { detached: true, stdio: ["ignore", file, file] });
  closeSync(file);
  const daemon: { ended?: string } = {};
  child.once("error", (error) => (daemon.ended = `it cannot be run: ${error.message}`));
  child.once("exit", (code, signal) => (daemon.ended = `it ended with ${code ?? signal}`));
  child.unref();
  return daemon;
}

function lastLines(log: string): string[] {
  return readFileSync(log, "utf8").trim().split("\n").slice(-LOG_LINES);
}
