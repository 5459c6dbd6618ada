import type { Edge } from "../../settings/edge";
import { isHttp } from "../../settings/process";
import type { Settings } from "../../settings/schema";
import type { Closing } from "./closed";
import type { EdgePlan } from "./nginx";

/** Which process answers where. Without routes the only one that can answers everywhere. */
export function edgePlan(settings: Settings, prefix: string): EdgePlan {
  const { edge, processes, media, static: files } = settings;
  const only = Object.keys(processes).find((name) => isHttp(processes[name]));
  const routes = edge.routes ?? (only ? [{ path: "/", to: only, websocket: true, timeout: "60s" as const }] : []);
  return {
    edge,
    routes: routes.flatMap((route) => {
      const process = processes[route.to];
      if (!isHttp(process)) return [];
      const { ready, path, host = edge.hosts[0] ?? "localhost" } = process.health;
      return [
        {
          ...route,
          host: `${prefix}-${route.to}`,
          port: process.port,
          ...(ready !== undefined && { ready: { path: ready, host, live: path } }),
        },
      ];
    }),
    ...(files?.url && { staticUrl: files.url }),
    ...(media?.url && { mediaUrl: media.url }),
    maintenance: closing(settings),
  };
}

/** Who asks a web process how it is gets its answer in maintenance too; the home page is no such answer. */
function closing({ maintenance, processes, secrets }: Settings): Closing {
  const { addresses, cookie, page, retryAfter } = maintenance;
  const healths = Object.values(processes).flatMap((process) => (process.kind === "web" ? [process.health] : []));
  const paths = healths.flatMap(({ path, ready }) => [path, ...(ready === undefined ? [] : [ready])]);
  return {
    addresses,
    ...(cookie !== undefined && { cookie: secrets[cookie] ?? "" }),
    retryAfter,
    hasPage: page !== undefined,
    spared: [...new Set(paths)].filter((path) => path !== "/").sort(),
  };
}

export function publicUrl({ hosts, port, tls, tlsPort }: Edge): string {
  const host = hosts[0] ?? "127.0.0.1";
  if (tls) return `https://${host}${tlsPort === 443 ? "" : `:${tlsPort}`}/`;
  return `http://${host}${port === 80 ? "" : `:${port}`}/`;
}
