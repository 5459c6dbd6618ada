import { isOwn } from "../settings/database";
import type { Settings } from "../settings/schema";

/** A volume of data: filled once, and never filled again under its name. */
export interface Losable {
  /** Raised, it makes another generation the live one. @example "database.generation" */
  setting: string;
  generation: number;
  /** Its name in Docker without the generation. @example "shop-prod-postgres" */
  base: string;
  /** The live one's name in Docker. */
  volume: string;
  /** Where its service's words name it. */
  path: string;
  /** Its data is in the backups. */
  backed: boolean;
}

/** What can be lost of a stack, and where the settings say which generation is live. */
export function losable({ database, media, volumes, processes, backup }: Settings, prefix: string): Losable[] {
  const paths = Object.values(processes).flatMap((process) => Object.entries(process.volumes));
  const one = (setting: string, name: string, generation: number, path: string): Losable => {
    const base = `${prefix}-${name}`;
    const uploads = setting === "media.generation" && backup?.schedule.uploads !== false;
    const backed = backup !== undefined && (setting === "database.generation" || uploads);
    return { setting, generation, base, volume: `${base}-g${generation}`, path, backed };
  };
  return [
    ...(isOwn(database)
      ? [one("database.generation", "postgres", database.generation, "/var/lib/postgresql/data")]
      : []),
    ...(media ? [one("media.generation", "media", media.generation, media.path)] : []),
    ...Object.entries(volumes).map(([name, { generation }]) =>
      one(`volumes.${name}.generation`, name, generation, paths.find(([its]) => its === name)?.[1] ?? ""),
    ),
  ];
}
