import * as path from "node:path";
import type { Settings } from "../../settings/schema";
import { bytes } from "../../settings/units";

/** What every Docker object of one stack has in common. */
export interface Scope {
  /** `<application>-<stack>`: begins every name in Docker, so that two stacks can live on one host. */
  prefix: string;
  /** Data may go with the stack. */
  throwAway: boolean;
  /** Rotation of each container's log. */
  logs: { bytes: number; files: number };
  /** Where Docker is, as in DOCKER_HOST;  */
  host: string;
  /** Lets the nodes pull from a registry that asks for a password. */
  registry?: { server: string; username: string; password: string };
  nodes: number;
  placement?: Record<string, string>;
}

/** Marks every object, so that a left-over is found by its owner. */
export const STACK_LABEL = "tidemark.stack";

/** Of a service: a fingerprint of the specification that it was last given. */
export const REVISION_LABEL = "tidemark.revision";

export function labels(scope: Scope, more: Record<string, string> = {}): { label: string; value: string }[] {
  return Object.entries({ ...more, [STACK_LABEL]: scope.prefix })
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([label, value]) => ({ label, value }));
}

export function constraints(placement: Record<string, string> | undefined): string[] {
  return Object.entries(placement ?? {})
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([label, value]) => `node.labels.${label}==${value}`);
}

export function scopeOf(settings: Settings, { host }: { host: string }, stack: string): Scope {
  const { registry, secrets } = settings;
  const password = registry?.password === undefined ? undefined : secrets[registry.password];
  return {
    prefix: scopePrefix(settings, stack),
    throwAway: settings.throwAway,
    logs: { bytes: bytes(settings.logs.size), files: settings.logs.files },
    host,
    nodes: settings.docker.nodes,
    ...(settings.placement && { placement: settings.placement }),
    ...(registry?.username !== undefined &&
      password !== undefined && { registry: { server: registry.server, username: registry.username, password } }),
  };
}

export function scopePrefix(settings: Pick<Settings, "name">, stack: string): string {
  return `${settings.name}-${stack}`;
}

/** How an operation is started, as seen from the folder that Pulumi runs in: the state must not hold a path of one machine. */
export const operationsInterpreter = [
  "node",
  "--require",
  `./${fromHere("toolchain/loader/register.js")}`,
  fromHere("operations/main.ts"),
];

function fromHere(file: string): string {
  return path.relative(process.cwd(), path.join(__dirname, "../..", file));
}
