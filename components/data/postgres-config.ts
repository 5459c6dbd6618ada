import { bytes } from "../../settings/units";

const MIB = 1024 ** 2;

/** What depends on the machine and on the settings; what never changes is in the image. */
export function postgresConfig(args: {
  memory: string;
  preload: readonly string[];
  settings: Readonly<Record<string, string>>;
}): string {
  const memory = bytes(args.memory);
  const mib = (share: number, least: number): string => `${Math.max(least, Math.floor((memory * share) / MIB))}MB`;
  const lines: Record<string, string> = {
    shared_buffers: mib(0.25, 32),
    effective_cache_size: mib(0.6, 64),
    maintenance_work_mem: mib(0.06, 16),
    work_mem: mib(0.01, 4),
    max_connections: memory >= 2048 * MIB ? "200" : "100",
    shared_preload_libraries: args.preload.join(","),
    ...args.settings,
  };
  return Object.keys(lines)
    .sort()
    .map((key) => `${key} = '${lines[key]?.replaceAll("'", "''")}'\n`)
    .join("");
}
