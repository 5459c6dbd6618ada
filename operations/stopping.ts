import { containersOf, DockerError, inspect, type Docker } from "./docker";
import { OperationError } from "./operation-error";
import { watch, wantedOf, type SwarmService } from "./rollout";
import { tasksOf } from "./tasks";
import { until } from "./until";

const GONE_MS = 15_000;

/** Has no task of these services run, and takes nothing else from their specification; returns those that there are. */
export async function stopServices(docker: Docker, names: readonly string[]): Promise<string[]> {
  const present = (await inspect<SwarmService>(docker, "service", names)).map(({ Spec }) => Spec.Name);
  await scale(docker, Object.fromEntries(present.map((name) => [name, 0])));
  return present;
}

/** Ends what of these services still runs on this host, without a moment to end by itself. */
export async function killTasks(docker: Docker, names: readonly string[]): Promise<void> {
  const gone = await until(GONE_MS, async () => {
    const left = (await Promise.all(names.map((name) => containersOf(docker, name)))).flat();
    await Promise.all(left.map((container) => kill(docker, container)));
    return left.length === 0 ? true : undefined;
  });
  if (!gone) throw new OperationError(`${names.join(", ")}: still there after ${GONE_MS / 1000} s of being killed`);
}

/** Has as many tasks run as the settings say, and waits until they do. */
export async function startServices(
  docker: Docker,
  replicas: Readonly<Record<string, number>>,
  limitMs: number,
  say: (line: string) => void,
): Promise<void> {
  const names = Object.keys(replicas);
  const missing = names.filter(missingFrom(await inspect<SwarmService>(docker, "service", names)));
  if (missing.length > 0)
    throw new OperationError(`${missing.join(", ")}: not there yet; an update of this stack brings it`);
  const tasks = await tasksOf(docker, names);
  const failed = tasks.filter(({ Status }) => ["failed", "rejected"].includes(Status.State)).map(({ ID }) => ID);
  await scale(docker, replicas);
  const wanted = (await inspect<SwarmService>(docker, "service", names)).map(({ Spec }) => wantedOf(Spec));
  await watch(docker, wanted, limitMs, say, new Set(failed));
}

function missingFrom(present: readonly SwarmService[]): (name: string) => boolean {
  return (name) => !present.some(({ Spec }) => Spec.Name === name);
}

async function scale(docker: Docker, replicas: Readonly<Record<string, number>>): Promise<void> {
  const all = Object.entries(replicas).map(([name, count]) => `${name}=${count}`);
  if (all.length > 0) await docker(["service", "scale", "--detach", ...all]);
}

/** It can end by itself in between. */
async function kill(docker: Docker, container: string): Promise<void> {
  try {
    await docker(["kill", container]);
  } catch (error) {
    if (!(error instanceof DockerError) || !(error.absent || /is not running/.test(error.said))) throw error;
  }
}
