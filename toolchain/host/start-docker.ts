import { spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { execa } from "execa";
import { cacheFolder } from "../../operations/cache-folder";
import { OperationError } from "../../operations/operation-error";
import { until } from "../../operations/until";

/** The engine's version once it answers. */
type Answers = () => Promise<string | undefined>;

const LIMIT_MS = 60_000;
const LOG_LINES = 8;

export async function startBySystemd(answers: Answers): Promise<string> {
  const { exitCode, stderr } = await execa("systemctl", ["start", "docker"], { reject: false, stdin: "ignore" });
  const version = await until(exitCode === 0 ? LIMIT_MS : 0, answers);
  if (version) return version;
  throw new OperationError(`Docker did not start: ${stderr || "it gives no answer"}\n  See: journalctl -u docker -n 50`);
}

/** Starts the daemon in a session of its own, so that it outlives this process and its terminal. */
export async function startByHand(command: string, answers: Answers, args: readonly string[] = []): Promise<string> {
  const file = path.join(cacheFolder(), "dockerd.log");
  mkdirSync(path.dirname(file), { recursive: true });
  const log = openSync(file, "a");
  const child = spawn(command, args, { detached: true, stdio: ["ignore", log, log] });
  closeSync(log);
  let ended: string | undefined;
  child.once("error", (error) => (ended = error.message));
  child.once("exit", (code, signal) => (ended = `it ended with ${code ?? signal}`));
  child.unref();
  // One that ended may have found another that is just starting, so the answer counts and not the process.
  let sinceEnd = 0;
  const version = await until(LIMIT_MS, async () => (await answers()) ?? (ended && sinceEnd++ > 25 ? "" : undefined));
  if (version) return version;
  throw new OperationError(
    [
      `Docker did not start: ${ended ?? `it gives no answer after ${LIMIT_MS / 1000} s`}`,
      ...readFileSync(file, "utf8").trim().split("\n").slice(-LOG_LINES).map((line) => `  ${line}`),
      `  Its whole log is ${file}`,
    ].join("\n"),
  );
}
