import { isHttp, type HttpProcess } from "../../settings/process";
import type { Settings } from "../../settings/schema";
import type { Smoke } from "../../settings/smoke";
import { longest } from "./nginx";
import { edgePlan } from "./plan";

/** What `tidemark-edge switch` asks, and of whom. */
export interface SmokeFile {
  /** Where the edge is reached inside the Swarm. */
  edge: string;
  /** As a visitor would come. */
  scheme: "http" | "https";
  host: string;
  port: number;
  requests: Partial<Smoke[number]>[];
}

/** The requests of the settings, else one for the first web process that a visitor can ask how it is. */
export function smokeFile(settings: Settings, prefix: string): SmokeFile {
  const { edge, smoke } = settings;
  const web = firstWeb(settings, prefix);
  const usual = web ? [{ path: web.health.path }] : [];
  return {
    edge: `${prefix}-edge:${edge.tls ? 8443 : 8080}`,
    scheme: edge.tls ? "https" : "http",
    host: edge.hosts[0] ?? web?.health.host ?? "localhost",
    port: edge.tls ? edge.tlsPort : edge.port,
    requests: smoke.length > 0 ? smoke : usual,
  };
}

function firstWeb(settings: Settings, prefix: string): HttpProcess | undefined {
  const { routes } = edgePlan(settings, prefix);
  const names = Object.keys(settings.processes).sort();
  return names.flatMap((name) => {
    const process = settings.processes[name];
    const isAskable = isHttp(process) && process.kind === "web" && longest(routes, process.health.path)?.to === name;
    return isAskable ? [process] : [];
  })[0];
}
