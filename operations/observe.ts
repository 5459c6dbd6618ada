import { containersOf, DockerError, type Docker } from "./docker";
import type { Wanted } from "./rollout";
import { tasksOf } from "./tasks";
import { until } from "./until";

/** What may happen while a release is observed, and what may not. */
export interface Limits {
  /** Share of requests that the edge answered with 5xx. */
  errors: number;
  /** Tasks that ended by themselves. */
  restarts: number;
  /** Lines of the processes that tell of an error. */
  lines: number;
}

export interface Seen {
  requests: number;
  errors: number;
  restarts: number;
  lines: number;
}

export interface Observed extends Seen {
  go: boolean;
  /** Of a no-go. */
  why?: string;
}

/** Of fewer requests no share is told. */
const ENOUGH = 20;
const EVERY_MS = 5_000;

/** Looks on for a while. A no-go ends it at once. */
export async function observe(
  docker: Docker,
  its: { edge: string; processes: readonly Wanted[]; limits: Limits; forMs: number },
  say: (line: string) => void,
): Promise<Observed> {
  const from = new Date().toISOString();
  const names = its.processes.map(({ name }) => name);
  let seen: Seen = { requests: 0, errors: 0, restarts: 0, lines: 0 };
  const noGo = await until(
    its.forMs,
    async () => {
      seen = await look(docker, its.edge, names, from);
      return objection(seen, its.limits);
    },
    Math.min(EVERY_MS, its.forMs),
  );
  say(
    `observed ${seen.requests} requests, ${seen.errors} of them 5xx; ${seen.restarts} restarts, ${seen.lines} lines of errors`,
  );
  return { ...seen, go: noGo === undefined, ...(noGo !== undefined && { why: noGo }) };
}

/** Why what was seen is a no-go. */
export function objection(seen: Seen, limits: Limits): string | undefined {
  const share = seen.errors / Math.max(1, seen.requests);
  if (seen.requests >= ENOUGH && share > limits.errors) {
    return `${seen.errors} of ${seen.requests} requests were answered with 5xx; ${percent(limits.errors)} are allowed`;
  }
  if (seen.restarts > limits.restarts)
    return `${seen.restarts} tasks ended by themselves; ${limits.restarts} are allowed`;
  if (seen.lines > limits.lines)
    return `${seen.lines} lines of the processes tell of errors; ${limits.lines} are allowed`;
  return undefined;
}

function percent(share: number): string {
  return `${Number((share * 100).toFixed(2))} %`;
}

async function look(docker: Docker, edge: string, processes: readonly string[], from: string): Promise<Seen> {
  const [access, tasks, ...logs] = await Promise.all([
    logOf(docker, edge, from),
    tasksOf(docker, processes),
    ...processes.map((name) => logOf(docker, name, from)),
  ]);
  const statuses = access.flatMap(statusIn);
  return {
    requests: statuses.length,
    errors: statuses.filter((status) => status >= 500).length,
    restarts: tasks.filter(({ Status }) => Status.Timestamp > from && ["failed", "rejected"].includes(Status.State))
      .length,
    lines: logs.flat().filter(tellsOfAnError).length,
  };
}

/** By then the request's path is that of the page. */
const CLOSED = /"path":"\/(maintenance\.html|-\/closed)"/;

/** Of a line of the edge's that tells of a request; one that maintenance kept out says nothing of the release. */
export function statusIn(line: string): number[] {
  const [, status] = /"status":(\d{3})/.exec(line) ?? [];
  if (status === undefined || (status === "503" && CLOSED.test(line))) return [];
  return [Number(status)];
}

/** As Python's logging and its interpreter write it, and most others. */
export function tellsOfAnError(line: string): boolean {
  return (
    /\b(ERROR|CRITICAL|FATAL)\b|^Traceback \(most recent call last\)/.test(line) ||
    /"level": ?"(error|critical|fatal)"/i.test(line)
  );
}

async function logOf(docker: Docker, service: string, from: string): Promise<string[]> {
  const containers = await containersOf(docker, service, "--all");
  const texts = await Promise.all(containers.map((id) => logSince(docker, id, from)));
  return texts.flatMap((text) => text.split("\n")).filter(Boolean);
}

/** A container can go between the list and the look. */
async function logSince(docker: Docker, id: string, from: string): Promise<string> {
  try {
    return await docker(["logs", "--since", from, id], { all: true, timeoutMs: 30_000 });
  } catch (error) {
    if (error instanceof DockerError && error.absent) return "";
    throw error;
  }
}
