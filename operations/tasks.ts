import { DockerError, inspect, lines, type Docker } from "./docker";

/** What of a Swarm task is read here. */
export interface Task {
  ID: string;
  ServiceID: string;
  Slot?: number;
  NodeID?: string;
  CreatedAt: string;
  DesiredState: string;
  Spec: { ContainerSpec?: { Image: string } };
  Status: {
    State: string;
    Err?: string;
    Message?: string;
    Timestamp: string;
    ContainerStatus?: { ContainerID?: string; ExitCode?: number };
  };
}

/** All tasks that Swarm still remembers of these services, the newest first. */
export async function tasksOf(docker: Docker, services: readonly string[]): Promise<Task[]> {
  if (services.length === 0) return [];
  const ids = await lines(docker, ["service", "ps", "--quiet", "--no-trunc", ...services]);
  const tasks = await inspectTasks(docker, [...new Set(ids)]);
  return tasks.sort((a, b) => b.CreatedAt.localeCompare(a.CreatedAt));
}

/** States of a task that has come to its end. */
export const ENDED: ReadonlySet<string> = new Set([
  ...["complete", "failed", "rejected", "shutdown", "orphaned", "remove"],
]);

/** A task that no node can take stays pending and is never a failure to Swarm. */
const PLACEMENT_MS = 15_000;

export function hasNoNode({ Status, DesiredState }: Task, now: number): boolean {
  // A job's task is to come to its end, not to run.
  const wanted = ["running", "complete"].includes(DesiredState);
  return wanted && Status.State === "pending" && now - Date.parse(Status.Timestamp) > PLACEMENT_MS;
}

/** Whether any task of a service runs; one that was scaled to nothing does not. */
export async function runs(docker: Docker, service: string): Promise<boolean> {
  return (await tasksOf(docker, [service])).some(({ Status }) => Status.State === "running");
}

/** A task can be pruned between the list and the look; it is left out then. */
async function inspectTasks(docker: Docker, ids: readonly string[]): Promise<Task[]> {
  if (ids.length === 0) return [];
  try {
    return JSON.parse(await docker(["inspect", "--type", "task", ...ids])) as Task[];
  } catch (error) {
    if (!(error instanceof DockerError) || !error.absent) throw error;
    return ids.length === 1 ? [] : (await Promise.all(ids.map((id) => inspectTasks(docker, [id])))).flat();
  }
}

/** Why a task was not healthy, as its checks said; nothing where it was, or where it ran on another node. */
export async function lastHealth(docker: Docker, task: Task): Promise<string | undefined> {
  const id = task.Status.ContainerStatus?.ContainerID;
  if (!id) return undefined;
  const [container] = await inspect<{ State: { Health?: Health } }>(docker, "container", [id]);
  return complaint(container?.State.Health?.Log ?? []);
}

interface Health {
  Log?: Check[];
}

interface Check {
  ExitCode: number;
  Output: string;
}

/** What most of those that failed said: the last one may have come while the task was being ended for it. */
export function complaint(checks: readonly Check[]): string | undefined {
  if ((checks.at(-1)?.ExitCode ?? 0) === 0) return undefined;
  const said = checks
    .filter(({ ExitCode }) => ExitCode !== 0)
    .map(({ ExitCode, Output }) => Output.trim() || `exit code ${ExitCode}`);
  const times = (text: string): number => said.filter((one) => one === text).length;
  const [most] = [...said].reverse().sort((a, b) => times(b) - times(a));
  return `not healthy: ${most}`;
}

/** The last lines that a task wrote, wherever it ran. */
export async function lastLines(docker: Docker, task: Task, count = 20): Promise<string[]> {
  try {
    const text = await docker(["service", "logs", "--raw", "--tail", String(count), task.ID], {
      timeoutMs: 10_000,
      all: true,
    });
    return text.split("\n").filter(Boolean);
  } catch {
    return [`(its log cannot be read: docker service logs ${task.ID})`];
  }
}
