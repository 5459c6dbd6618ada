import { isOwn } from "./database";
import { keptSeconds } from "./logs";
import type { Settings } from "./schema";

/** Every service of a stack, without the stack's prefix: its processes, and what Tidemark runs for them. */
export function servicesOf({
  processes,
  redis,
  database,
  logs,
  backup,
}: Pick<Settings, "processes" | "redis" | "database" | "logs" | "backup">): string[] {
  const servers = Object.entries(redis).filter(([, server]) => !("external" in server));
  return [
    ...Object.keys(processes),
    "edge",
    ...(isOwn(database) ? ["postgres", "postgres-access"] : []),
    ...servers.map(([name]) => name),
    ...(backup ? ["keeper"] : []),
    ...(keptSeconds(logs) === undefined ? [] : ["logs"]),
  ].sort();
}
