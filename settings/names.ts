import { isOwn } from "./database";
import type { Settings } from "./schema";

/** What the database is called. */
export function databaseName({ database, name }: Settings): string {
  return (isOwn(database) ? database.name : undefined) ?? name.replaceAll("-", "_");
}

/** The process in whose image migrations and other jobs of the application run: the first web, else the first of all. */
export function mainProcess({ processes }: Settings): string {
  const names = Object.keys(processes).sort();
  return names.find((one) => processes[one]?.kind === "web") ?? names[0] ?? "";
}
