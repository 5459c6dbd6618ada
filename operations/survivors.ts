import { readdir, readFile, readlink } from "node:fs/promises";
import { gone } from "./absent-file";

/** What of a process is looked at. */
export interface Seen {
  pid: number;
  parent: number;
  argv: string[];
  folder: string;
  env: Record<string, string>;
}

/** The engine's helpers: the language host, its program and the plugins, each in a process group of its own. */
const HELPER = /\/pulumi-(language|resource)-[^/]+$|\/@pulumi\/pulumi\/cmd\/run(\/index\.js)?$/;

/**
 * The helpers of a run of this project that was killed: they do not notice that their engine is gone. Above a helper of
 * a living run there is an engine.
 */
export function survivors(all: readonly Seen[], its: { folder: string; backend: string }): number[] {
  const byPid = new Map(all.map((one) => [one.pid, one]));
  const hasEngine = ({ argv, parent }: Seen): boolean => {
    if (/(^|\/)pulumi$/.test(argv[0] ?? "")) return true;
    const above = byPid.get(parent);
    return above !== undefined && hasEngine(above);
  };
  return all
    .filter(({ argv }) => argv.slice(0, 4).some((word) => HELPER.test(word)))
    .filter(({ folder, env }) => folder === its.folder && env.PULUMI_BACKEND_URL === its.backend)
    .filter((one) => !hasEngine(one))
    .map(({ pid }) => pid);
}

/** Every process that can be looked at; none where the system does not show them as files. */
export async function processes(): Promise<Seen[]> {
  const names = (await readdir("/proc").catch(gone)) ?? [];
  const all = await Promise.all(names.filter((name) => /^\d+$/.test(name)).map((name) => processAt(Number(name))));
  return all.filter((one) => one !== undefined);
}

/** That one is gone already is forgiven. */
export function end(pids: readonly number[]): void {
  for (const pid of pids) {
    try {
      process.kill(pid);
    } catch (error) {
      gone(error as NodeJS.ErrnoException);
    }
  }
}

async function processAt(pid: number): Promise<Seen | undefined> {
  const [stat, cmdline, environ, folder] = await Promise.all([
    ...["stat", "cmdline", "environ"].map((file) => readFile(`/proc/${pid}/${file}`, "utf8").catch(gone)),
    readlink(`/proc/${pid}/cwd`).catch(gone),
  ]);
  if (stat === undefined || cmdline === undefined || environ === undefined || folder === undefined) return undefined;
  const parent = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
  return { pid, parent, argv: cmdline.split("\0"), folder, env: variables(environ) };
}

function variables(environ: string): Record<string, string> {
  const pairs = environ.split("\0").filter((line) => line.includes("="));
  return Object.fromEntries(pairs.map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]));
}
