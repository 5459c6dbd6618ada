import type { Edge } from "../../settings/edge";
import { isHttp } from "../../settings/process";
import type { Settings } from "../../settings/schema";
import type { EdgePlan } from "./nginx";

/** Which process answers where. Without routes the only one that can answers everywhere. */
export function edgePlan({ edge, processes, media, static: files }: Settings, prefix: string): EdgePlan {
  const only = Object.keys(processes).find((name) => isHttp(processes[name]));
  const routes = edge.routes ?? (only ? [{ path: "/", to: only, websocket: true, timeout: "60s" as const }] : []);
  return {
    edge,
    routes: routes.flatMap((route) => {
      const process = processes[route.to];
      if (!isHttp(process)) return [];
      const { ready, host = edge.hosts[0] ?? "localhost" } = process.health;
      return [
        {
          ...route,
          host: `${prefix}-${route.to}`,
          port: process.port,
          ...(ready !== undefined && { ready: { path: ready, host } }),
        },
      ];
    }),
    ...(files?.url && { staticUrl: files.url }),
    ...(media?.url && { mediaUrl: media.url }),
  };
}

export function publicUrl({ hosts, port, tls, tlsPort }: Edge): string {
  const host = hosts[0] ?? "127.0.0.1";
  if (tls) return `https://${host}${tlsPort === 443 ? "" : `:${tlsPort}`}/`;
  return `http://${host}${port === 80 ? "" : `:${port}`}/`;
}
