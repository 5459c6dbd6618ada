import { backups as listed, type Backup } from "../operations/archive";
import { dockerAt } from "../operations/docker";
import { followLog } from "../operations/job";
import { duration } from "../toolchain/duration";
import { Progress } from "../toolchain/progress";
import { columns } from "./columns";
import { openStack } from "./project";
import type { Verb } from "./verb";

export const backups: Verb = (program) =>
  void program
    .command("backups")
    .description("Every backup of the stack's own database, of every generation, the newest first.")
    .option("--json", "for programs")
    .action(async ({ json }: { json?: boolean }) => {
      const { settings, prefix } = await openStack(program, new Progress());
      const { host } = settings.docker;
      const all = await listed({ docker: dockerAt(host), follow: followLog(host), say: () => undefined }, prefix);
      if (json) return console.log(JSON.stringify(all, undefined, 2));
      for (const line of table(all, Date.now())) console.log(line);
    });

export function table(all: readonly Backup[], now: number): string[] {
  if (all.length === 0) return ["No backup yet."];
  return columns([
    ["generation", "backup", "in", "kind", "ended", "age", "database", "new there"],
    ...all.map(({ generation, label, repository, kind, stopped, bytes, stored }) => [
      String(generation),
      label,
      repository,
      kind,
      stopped,
      duration(Math.max(0, (now - Date.parse(stopped)) / 1000)),
      size(bytes),
      size(stored),
    ]),
  ]);
}

/** @example "12.3 MB" */
export function size(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  const power = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3));
  return `${Number((bytes / 1000 ** power).toFixed(1))} ${units[power]}`;
}
