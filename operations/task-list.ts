import { DockerError, inspect, lines, type Docker } from "./docker";
import type { SwarmService } from "./rollout";
import { ENDED, tasksOf, type Task } from "./tasks";

/** One task, as a person asks after it. */
export interface Listed {
  /** Its service, without the stack's prefix. */
  process: string;
  /** Number and the beginning of its id, as in the logs. @example "2.x8ka01" */
  task: string;
  node: string;
  /** Name and tag. */
  image: string;
  state: string;
  /** Since when, ISO. */
  since: string;
  /** How many before it, in its place, ended by themselves; Swarm remembers about five. */
  restarts: number;
  /** What Docker says of one that is in trouble. */
  why?: string;
  /** What it uses, where it runs on the node that is asked. */
  memory?: string;
  cpu?: string;
}

const BY_ITSELF = ["complete", "failed", "rejected"];

/** Each task of each service that is there or should be. */
export async function listTasks(docker: Docker, prefix: string): Promise<Listed[]> {
  const ids = await lines(docker, ["service", "ls", "--quiet", "--filter", `label=tidemark.stack=${prefix}`]);
  const [services, tasks, nodes] = await Promise.all([
    inspect<SwarmService>(docker, "service", ids),
    tasksOf(docker, ids),
    nodeNames(docker),
  ]);
  const shown = services.flatMap(({ ID, Spec }) =>
    present(tasks.filter(({ ServiceID }) => ServiceID === ID)).map((one) => ({
      ...one,
      process: Spec.Name.slice(prefix.length + 1),
    })),
  );
  const containers = shown.flatMap(({ task }) => containerOf(task) ?? []);
  const usage = await usageOf(docker, containers);
  return shown
    .map(({ process, task, restarts }) => ({
      ...listed(process, task, nodes.get(task.NodeID ?? "") ?? ""),
      restarts,
      ...usage.get(containerOf(task) ?? ""),
    }))
    .sort((a, b) => a.process.localeCompare(b.process) || a.task.localeCompare(b.task, "en", { numeric: true }));
}

/** Of one service's tasks, the newest first: those that are not over, and where none is, the last one if it failed. */
export function present(tasks: readonly Task[]): { task: Task; restarts: number }[] {
  const places = new Map<string, Task[]>();
  for (const task of tasks) {
    const place = task.Slot ? String(task.Slot) : (task.NodeID ?? "");
    places.set(place, [...(places.get(place) ?? []), task]);
  }
  const found = [...places.values()].flatMap((all) => {
    const open = all.filter(({ Status }) => !ENDED.has(Status.State));
    const last = all.slice(0, 1).filter(({ Status }) => ["failed", "rejected"].includes(Status.State));
    return (open.length > 0 ? open : last).map((task) => ({ task, restarts: endedBefore(task, all) }));
  });
  return found.length > 0 ? found : tasks.slice(0, 1).map((task) => ({ task, restarts: 0 }));
}

function endedBefore(task: Task, all: readonly Task[]): number {
  return all.slice(all.indexOf(task) + 1).filter(({ Status }) => BY_ITSELF.includes(Status.State)).length;
}

function listed(process: string, task: Task, node: string): Omit<Listed, "restarts"> {
  const { State, Err, Timestamp } = task.Status;
  const [image = ""] = (task.Spec.ContainerSpec?.Image ?? "").split("@");
  return {
    process,
    task: `${task.Slot ?? 1}.${task.ID.slice(0, 6)}`,
    node,
    image: image.split("/").at(-1) ?? "",
    // What Swarm ended is no failure, and the word for it sounds like one.
    state: State === "shutdown" ? "stopped" : State,
    since: Timestamp,
    ...(Err && { why: Err }),
  };
}

function containerOf({ Status }: Task): string | undefined {
  return Status.State === "running" ? Status.ContainerStatus?.ContainerID : undefined;
}

async function nodeNames(docker: Docker): Promise<Map<string, string>> {
  const all = await lines(docker, ["node", "ls", "--format", "{{.ID}} {{.Hostname}}"]);
  return new Map(all.map((line) => line.split(" ") as [string, string]));
}

/** Of the containers that are on this node. */
async function usageOf(docker: Docker, ids: readonly string[]): Promise<Map<string, { memory: string; cpu: string }>> {
  const here = new Set(await lines(docker, ["ps", "--quiet", "--no-trunc"]));
  const ours = ids.filter((id) => here.has(id));
  if (ours.length === 0) return new Map();
  try {
    const all = await lines(docker, ["stats", "--no-stream", "--no-trunc", "--format", "{{json .}}", ...ours]);
    return new Map(all.map((line) => usageIn(line)));
  } catch (error) {
    // One of them ended meanwhile, and then Docker tells of none.
    if (error instanceof DockerError && error.absent) return new Map();
    throw error;
  }
}

/** @param line as `docker stats --format '{{json .}}'` gives it */
export function usageIn(line: string): [string, { memory: string; cpu: string }] {
  const { ID, MemUsage, CPUPerc } = JSON.parse(line) as { ID: string; MemUsage: string; CPUPerc: string };
  return [ID, { memory: MemUsage.replaceAll(" ", ""), cpu: CPUPerc }];
}
