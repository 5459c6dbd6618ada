import { isDeepStrictEqual } from "node:util";
import { inspect, type Docker } from "./docker";
import { OperationError } from "./operation-error";
import { short } from "./running";
import { hasNoNode, lastHealth, lastLines, tasksOf, type Task } from "./tasks";
import { until } from "./until";

/** What a service must come to run. */
export interface Wanted {
  name: string;
  /** Pinned. A service that shows another one has fallen back. */
  image: string;
  /** As its label says; a service that shows another one has fallen back too. */
  revision: string;
}

/** That a service run what its specification says now. */
export function wantedOf({ Name, Labels, TaskTemplate }: ServiceSpec): Wanted {
  return { name: Name, image: TaskTemplate.ContainerSpec.Image, revision: Labels?.["tidemark.revision"] ?? "" };
}

/** What of a service's specification is read here; there is more, and it is handed on as it is. */
export interface ServiceSpec {
  Name: string;
  Labels?: Record<string, string>;
  Mode: { Replicated?: { Replicas: number } };
  TaskTemplate: { ContainerSpec: { Image: string }; Placement?: object };
}

export interface SwarmService {
  ID: string;
  CreatedAt?: string;
  Spec: ServiceSpec;
  UpdateStatus?: { State: string; StartedAt?: string; Message?: string };
}

export type Verdict =
  { is: "done" } | { is: "waiting"; running: number; wanted: number } | { is: "failed"; why: string; task?: Task };

/** Attempts of one service to start before it is called a failure on its first roll, when Swarm has nothing to fall back to. */
const ATTEMPTS = 3;
/** Between this machine and the Docker host. */
const CLOCKS_DIFFER_MS = 60_000;

/**
 * Judges one service by what Docker says of it now; pure. Of the tasks that failed only those count which were made since
 * its last update began: Swarm remembers older ones, and an earlier try of the same release may have failed for a reason
 * that is gone.
 * @param since when it began to be watched, less what the clocks may differ
 */
export function judge(
  wanted: Wanted,
  service: SwarmService | undefined,
  tasks: readonly Task[],
  now: number,
  since = 0,
): Verdict {
  if (!service) return { is: "failed", why: "there is no such service" };
  const began = service.UpdateStatus?.StartedAt ?? service.CreatedAt ?? "";
  const made = tasks.filter(({ CreatedAt }) => CreatedAt >= began);
  const spec = service.Spec.TaskTemplate;
  const replicas = service.Spec.Mode.Replicated?.Replicas ?? 1;
  const failed = cause(made.filter((task) => !isOf(task, spec)));
  if (spec.ContainerSpec.Image !== wanted.image) {
    return { is: "failed", why: `fell back to ${short(spec.ContainerSpec.Image)}`, ...(failed && { task: failed }) };
  }
  if (service.Spec.Labels?.["tidemark.revision"] !== wanted.revision) {
    return { is: "failed", why: "fell back to its former specification", ...(failed && { task: failed }) };
  }
  const state = service.UpdateStatus?.State ?? "completed";
  const ours = tasks.filter((task) => isOf(task, spec));
  const running = ours.filter((task) => task.DesiredState === "running" && task.Status.State === "running").length;
  if (running >= replicas && state !== "updating" && state !== "rollback_started") return { is: "done" };
  const fallen = made.filter(
    (task) =>
      isOf(task, spec) &&
      ["failed", "rejected"].includes(task.Status.State) &&
      !(Date.parse(task.Status.Timestamp) < since),
  );
  if (state === "paused" || fallen.length >= ATTEMPTS * replicas) {
    return {
      is: "failed",
      why: fallen.length > 0 ? `failed ${fallen.length} times to start` : "was stopped in the middle of its roll",
      ...(fallen[0] && { task: fallen[0] }),
    };
  }
  const stuck = ours.find((task) => hasNoNode(task, now));
  if (stuck) return { is: "failed", why: "no node can take it", task: stuck };
  return { is: "waiting", running, wanted: replicas };
}

/** The task that tells why; an unhealthy one that ended in good order at the signal is only "complete". */
function cause(tasks: readonly Task[]): Task | undefined {
  const ended = (states: readonly string[]): Task | undefined =>
    tasks.find(({ Status }) => states.includes(Status.State) && (Status.Err || Status.ContainerStatus?.ContainerID));
  return ended(["failed", "rejected"]) ?? ended(["complete"]);
}

/** A task does not repeat the runtime of its service, and keeps the platforms that Swarm once found for its image. */
function isOf(task: Task, template: ServiceSpec["TaskTemplate"]): boolean {
  const essence = (spec: object): object => ({
    ...spec,
    Runtime: undefined,
    Placement: { ...placement(spec), Platforms: undefined },
  });
  return isDeepStrictEqual(essence(task.Spec), essence(template));
}

function placement(spec: { Placement?: object }): object {
  return spec.Placement ?? {};
}

/**
 * Watches all services at once until each runs what it should, or one cannot.
 * @param ended tasks that failed before: they say nothing of what is waited for
 */
export async function watch(
  docker: Docker,
  all: readonly Wanted[],
  limitMs: number,
  say: (line: string) => void,
  ended: ReadonlySet<string> = new Set(),
): Promise<void> {
  const started = Date.now();
  const said = new Map<string, string>();
  const tell = (name: string, text: string): void => {
    if (said.get(name) === text) return;
    said.set(name, text);
    say(`${name}: ${text}`);
  };
  const open = new Set(all);
  const done = await until(limitMs, async () => {
    const names = [...open].map(({ name }) => name);
    const services = await inspect<SwarmService>(docker, "service", names);
    const tasks = await tasksOf(
      docker,
      services.map(({ ID }) => ID),
    );
    for (const wanted of open) {
      const service = services.find(({ Spec }) => Spec.Name === wanted.name);
      const verdict = judge(
        wanted,
        service,
        tasks.filter((task) => task.ServiceID === service?.ID && !ended.has(task.ID)),
        Date.now(),
        started - CLOCKS_DIFFER_MS,
      );
      if (verdict.is === "failed") throw new OperationError(await obituary(docker, wanted.name, verdict));
      if (verdict.is === "waiting") tell(wanted.name, `${verdict.running} of ${verdict.wanted} running`);
      else {
        open.delete(wanted);
        tell(wanted.name, `running after ${((Date.now() - started) / 1000).toFixed(1)} s`);
      }
    }
    return open.size === 0 ? true : undefined;
  });
  if (done) return;
  const late = [...open].map(({ name }) => name).join(", ");
  const tasks = await tasksOf(
    docker,
    [...open].map(({ name }) => name),
  );
  const [task] = tasks.filter(({ Status }) => Status.State !== "running");
  throw new OperationError(
    await obituary(docker, late, { why: `not running after ${Math.round(limitMs / 1000)} s`, ...(task && { task }) }),
  );
}

async function obituary(docker: Docker, name: string, { why, task }: { why: string; task?: Task }): Promise<string> {
  if (!task) return `${name} ${why}`;
  const [health, log] = await Promise.all([lastHealth(docker, task), lastLines(docker, task)]);
  const reason = task.Status.Err ?? health ?? task.Status.Message ?? task.Status.State;
  return [
    `${name} ${why}: ${reason}`,
    ...(log.length ? ["last lines of its log:", ...log.map((line) => `  ${line}`)] : []),
  ].join("\n");
}
