import { existsSync, readFileSync } from "node:fs";
import * as path from "node:path";
import type { Command } from "commander";
import { tidemark } from "../../cli/program";
import { ROOT } from "./pages";

interface Manifest {
  scripts: Record<string, string>;
  dependencies: Record<string, string>;
  devDependencies: Record<string, string>;
}

export const manifest = JSON.parse(readFileSync(path.join(ROOT, "package.json"), "utf8")) as Manifest;

/** What the manual uses of pulumi: each command with its flags. */
export const PULUMI: Readonly<Record<string, readonly string[]>> = {
  up: ["--debug", "--refresh", "--stack"],
  preview: ["--stack"],
  destroy: ["--stack"],
  cancel: ["--stack"],
  login: [],
  "config set": ["--path", "--secret", "--stack", "--type"],
  "config rm": ["--path", "--stack"],
  "stack init": [],
  "stack export": ["--file", "--stack"],
  "stack import": ["--file", "--stack"],
  "stack history": ["--stack"],
};

/** Lines of other programs that the manual may show. */
const OTHERS = [
  /^docker (stats|login( REGISTRY)?)$/,
  /^docker pull$/,
  /^docker service (logs|scale|update) [\w= -]+$/,
  /^docker volume (create --(driver|opt)|ls --filter label=tidemark\.stack=\S+)$/,
  /^docker ps --quiet --filter label=com\.docker\.swarm\.service\.name=\S+$/,
  /^docker (inspect|exec -it … \/bin\/sh -c …)$/,
  /^git (pull|checkout [\w.]+)$/,
  /^curl (--json … )?http:\/\/127\.0\.0\.1:8080\/\S*$/,
  /^head (-c 32 \/dev\/urandom|-n 1)$/,
  /^(base64|umask 077|eval …)$/,
  /^export PULUMI_BACKEND_URL=…$/,
  /^export TIDEMARK_DEBUG=1 TF_LOG=debug$/,
];

/** What is wrong with a line that a reader is told to type; nothing when it can be typed. */
export async function complaints(line: string): Promise<string[]> {
  const within = [...line.matchAll(/\$\(([^()]+)\)/g)].map(([, inner = ""]) => inner);
  const parts = [...within, line].flatMap(simple);
  const found = await Promise.all(parts.map((part) => complaint(part)));
  return found.filter((one) => one !== undefined).map((why) => `${line}\n  ${why}`);
}

/** The simple commands of a line; a quoted word is …, for what is in it is not ours to judge. */
function simple(line: string): string[] {
  return line
    .replaceAll(/\$\([^()]+\)/g, "")
    .replaceAll(/'[^']*'|"[^"]*"/g, "…")
    .replaceAll(/[<>] *\S+/g, "")
    .split(/&&|\|/)
    .map((part) => part.replaceAll(/^\s*\(|\)\s*$/g, "").trim());
}

async function complaint(command: string): Promise<string | undefined> {
  const [program = "", ...args] = command.split(/\s+/);
  switch (program) {
    case "npm":
      return npm(args);
    case "npx":
      return args[0] === "tidemark" ? verb(args.slice(1)) : tool(args[0]);
    case "tidemark":
      return verb(args);
    case "pulumi":
      return pulumi(args);
    case "node":
      return args
        .filter((arg) => arg.includes("/") && !existsSync(path.join(ROOT, arg)))
        .map((arg) => `no file ${arg}`)[0];
    default:
      return OTHERS.some((other) => other.test(command))
        ? undefined
        : `not a line that the manual may show: ${command}`;
  }
}

function npm([first = "", second = ""]: string[]): string | undefined {
  if (first === "ci") return undefined;
  const script = first === "run" ? second : first;
  return script in manifest.scripts ? undefined : `package.json has no script ${script}`;
}

function tool(name = ""): string | undefined {
  return name in manifest.devDependencies ? undefined : `${name} is not installed here`;
}

/** Asks the real parser, with every action taken out. */
async function verb(args: string[]): Promise<string | undefined> {
  const program = tidemark();
  for (const one of [program, ...program.commands]) quiet(one);
  try {
    await program.parseAsync(args, { from: "user" });
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

function quiet(command: Command): void {
  command.exitOverride().configureOutput({ writeOut: () => undefined, writeErr: () => undefined });
  if (command.parent) command.action(() => undefined);
}

function pulumi(args: string[]): string | undefined {
  const known = Object.keys(PULUMI).find((name) => `${args.join(" ")} `.startsWith(`${name} `));
  if (known === undefined) return `not among the commands of pulumi that are checked: ${args.slice(0, 2).join(" ")}`;
  const flags = args.flatMap((arg) => /^(--?[a-z-]+)/.exec(arg)?.[1] ?? []);
  const unknown = flags.filter((flag) => !PULUMI[known]?.includes(flag));
  return unknown.length === 0 ? undefined : `pulumi ${known} is not checked for ${unknown.join(", ")}`;
}
