import { existsSync, mkdirSync, readFileSync, readdirSync } from "node:fs";
import * as path from "node:path";
import type { Command } from "commander";
import { execa } from "execa";
import { accessPort } from "../components/data/access-port";
import { scopePrefix } from "../components/swarm/scope";
import { OperationError } from "../operations/operation-error";
import { isOwn } from "../settings/database";
import { outline } from "../settings/load";
import type { Settings } from "../settings/schema";
import { ensureEngine } from "../toolchain/engine/engine";
import { passphrase } from "./passphrase";
import type { Progress } from "../toolchain/progress";

/** The folder with Pulumi.yaml: where one stands, else Tidemark's own. */
const home = path.resolve(__dirname, "..");
const folder = existsSync("Pulumi.yaml") ? process.cwd() : home;

/** One stack, opened for a verb. */
export interface Project {
  folder: string;
  stack: string;
  /** With each secret as "(secret)", but for the registry's password: the verbs have no use for the others. */
  settings: Settings;
  /** Begins every name in Docker. */
  prefix: string;
  /** For pulumi and whatever it starts. */
  env: Record<string, string>;
  /** Where Tidemark reaches the stack's own database on this machine's loopback. */
  databasePort?: number;
}

/** What a shell needs to run `pulumi` on this project. */
export async function environment(progress: Progress): Promise<Record<string, string>> {
  const engine = await ensureEngine(progress);
  progress.note(engine.why);
  const bins = [engine.bin, path.join(home, "node_modules", ".bin")].filter(Boolean);
  return {
    PATH: [...bins, process.env.PATH ?? ""].join(path.delimiter),
    PULUMI_HOME: engine.home,
    PULUMI_SKIP_UPDATE_CHECK: "true",
    ...(engine.source === "built" && { PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true" }),
    ...(process.env.PULUMI_BACKEND_URL === undefined && { PULUMI_BACKEND_URL: stateHere() }),
  };
}

/** Without a backend of one's own, the state lies in the project's folder. */
function stateHere(): string {
  const state = path.join(folder, ".tidemark", "state");
  mkdirSync(state, { recursive: true });
  return `file://${state}`;
}

/** See passphrase.ts; of this project. */
export const passphraseOf = (stack: string): Record<string, string> => passphrase(folder, stack);

export async function openProject(program: Command, progress: Progress): Promise<Project> {
  const shared = await environment(progress);
  const stack = await stackOf(program, shared);
  const file = `Pulumi.${stack}.yaml`;
  const at = path.join(folder, file);
  const settings = outline({ file, text: existsSync(at) ? readFileSync(at, "utf8") : undefined });
  const prefix = scopePrefix(settings, stack);
  const project: Project = {
    folder,
    stack,
    settings,
    prefix,
    env: { ...shared, ...passphraseOf(stack) },
    ...(isOwn(settings.database) && { databasePort: accessPort(prefix, settings.database.accessPort) }),
  };
  const password = settings.registry?.password;
  if (password)
    settings.secrets[password] = await askPulumi(project, ["config", "get", "--path", `secrets.${password}`]);
  return project;
}

async function stackOf(program: Command, env: Record<string, string>): Promise<string> {
  const chosen = program.opts<{ stack?: string }>().stack ?? process.env.PULUMI_STACK;
  if (chosen) return chosen;
  const { stdout } = await execa("pulumi", ["stack", "--show-name", "--non-interactive"], {
    cwd: folder,
    env,
    reject: false,
  });
  if (stdout) return stdout;
  const there = readdirSync(folder).flatMap((name) => /^Pulumi\.(.+)\.yaml$/.exec(name)?.[1] ?? []);
  throw new OperationError(
    `No stack is selected.\n  Name one: ${there.map((name) => `--stack ${name}`).join(" or ") || "pulumi stack init NAME"}`,
  );
}

/** Runs pulumi as a person would see it; its exit code is ours. */
export async function pulumi(project: Project, args: readonly string[]): Promise<void> {
  const { exitCode } = await execa("pulumi", [...args, "--stack", project.stack], {
    cwd: project.folder,
    env: project.env,
    stdio: "inherit",
    reject: false,
  });
  if (exitCode !== 0)
    throw new OperationError(`pulumi ${args[0]} ended with exit code ${exitCode}; the lines above say why.`);
}

/** What pulumi prints, for us to read. */
export async function askPulumi(project: Project, args: readonly string[], input?: string): Promise<string> {
  const { stdout, stderr, failed } = await execa("pulumi", [...args, "--stack", project.stack, "--non-interactive"], {
    cwd: project.folder,
    env: project.env,
    reject: false,
    ...(input === undefined ? { stdin: "ignore" as const } : { input }),
  });
  if (failed) throw new OperationError(`pulumi ${args.join(" ")}: ${stderr.trim()}`);
  return stdout;
}
