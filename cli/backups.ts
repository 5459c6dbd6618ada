import { backups as listed, snapshots, type Backup, type Snapshot } from "../operations/archive";
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
    .description("Every backup of the stack's own database, of every generation, and of its uploads, the newest first.")
    .option("--json", "for programs")
    .action(async ({ json }: { json?: boolean }) => {
      const { settings, prefix } = await openStack(program, new Progress());
      const { host } = settings.docker;
      const world = { docker: dockerAt(host), follow: followLog(host), say: () => undefined };
      const [database, uploads] = [await listed(world, prefix), await snapshots(world, prefix)];
      if (json) return console.log(JSON.stringify({ database, uploads }, undefined, 2));
      for (const line of [...table(database, Date.now()), ...ofUploads(uploads, Date.now())]) console.log(line);
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
      age(stopped, now),
      size(bytes),
      size(stored),
    ]),
  ]);
}

export function ofUploads(all: readonly Snapshot[], now: number): string[] {
  if (all.length === 0) return [];
  return [
    "",
    ...columns([
      ["generation", "uploads", "in", "taken", "age", "files", "size", "new there", "mark"],
      ...all.map(({ generation, snapshot, repository, at, files, bytes, stored, mark }) => [
        String(generation),
        snapshot,
        repository,
        at,
        age(at, now),
        String(files),
        size(bytes),
        size(stored),
        mark ?? "",
      ]),
    ]),
  ];
}

function age(at: string, now: number): string {
  return duration(Math.max(0, (now - Date.parse(at)) / 1000));
}

/** @example "12.3 MB" */
export function size(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  const power = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3));
  return `${Number((bytes / 1000 ** power).toFixed(1))} ${units[power]}`;
}
