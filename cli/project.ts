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

/** One stack, as its file says. */
export interface Stack {
  stack: string;
  /** With each secret as "(secret)". */
  settings: Settings;
  /** Begins every name in Docker. */
  prefix: string;
}

/** One stack, opened for a verb that runs Pulumi; its settings have the registry's password. */
export interface Project extends Stack {
  folder: string;
  /** For pulumi and whatever it starts. */
  env: Record<string, string>;
  /** Where Tidemark reaches the stack's own database on this machine's loopback. */
  databasePort?: number;
}

/** What a shell needs to run `pulumi` on this project. */
export async function environment(progress: Progress): Promise<Record<string, string>> {
  const engine = await ensureEngine(progress);
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

/** For a verb that asks Docker alone: it needs no state, no passphrase, and no engine where the stack is named. */
export async function openStack(program: Command, progress: Progress): Promise<Stack> {
  return stackNamed(namedStack(program) ?? (await selectedStack(await environment(progress))));
}

export async function openProject(program: Command, progress: Progress): Promise<Project> {
  const shared = await environment(progress);
  const its = stackNamed(namedStack(program) ?? (await selectedStack(shared)));
  const { stack, settings, prefix } = its;
  const project: Project = {
    ...its,
    folder,
    env: { ...shared, ...passphraseOf(stack) },
    ...(isOwn(settings.database) && { databasePort: accessPort(prefix, settings.database.accessPort) }),
  };
  const password = settings.registry?.password;
  if (password)
    settings.secrets[password] = await askPulumi(project, ["config", "get", "--path", `secrets.${password}`]);
  return project;
}

function stackNamed(stack: string): Stack {
  const file = `Pulumi.${stack}.yaml`;
  const at = path.join(folder, file);
  const settings = outline({ file, text: existsSync(at) ? readFileSync(at, "utf8") : undefined });
  return { stack, settings, prefix: scopePrefix(settings, stack) };
}

function namedStack(program: Command): string | undefined {
  return program.opts<{ stack?: string }>().stack ?? process.env.PULUMI_STACK;
}

async function selectedStack(env: Record<string, string>): Promise<string> {
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
