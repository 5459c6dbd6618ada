import { randomBytes } from "node:crypto";
import { execa } from "execa";
import type { Api } from "./api";
import { containersOf, inspect, lines, remove, type Docker } from "./docker";
import { endOf, exitCode } from "./job";
import { behindLauncher, GRACE_MS, oneOffSpec, type Specification } from "./one-off-spec";
import { OperationError } from "./operation-error";
import { endTasks } from "./sweep";
import { ENDED, tasksOf, type Task } from "./tasks";
import { until } from "./until";

export interface OneOff {
  /** Of the stack. */
  prefix: string;
  /** The process in whose place the command runs, by its service. @example "shop-prod-web" */
  service: string;
  /** Program and arguments. */
  command: readonly string[];
}

/** What a one-off is handed of the world. */
export interface Surroundings {
  docker: Docker;
  api: Api;
  /** As in DOCKER_HOST. */
  host: string;
  /** Says that it is to end before its time. */
  stop: AbortSignal;
}

/** After this it is ended, whatever it does. */
const LIMIT_MS = 86_400_000;
const START_MS = 120_000;
/** An ended one that somebody may still be reading is left for so long. */
const READING_MS = 60_000;

/** Waits while somebody is inside, and a minute for the first one: whoever started it may be gone and remove nothing. */
const WAIT = `
idle=0 left=${LIMIT_MS / 1000}
while [ $idle -lt 60 ] && [ $left -gt 0 ]; do
  sleep 1
  left=$((left - 1)) idle=$((idle + 1))
  set -- /proc/[0-9]*
  [ $# -le 2 ] || idle=0
done`;

/** Runs a command as a job with all that a process has, and its output as ours. Gives its exit code; leaves nothing. */
export async function runOneOff(world: Surroundings, { prefix, service, command }: OneOff): Promise<number> {
  const running = await specificationOf(world.docker, service);
  const its = { prefix, name: nameOf(prefix), command, nodes: await nodeOf(world.docker, service) };
  return inService(world, oneOffSpec(running, its), async (task) => {
    await showLog(world, task);
    const ended = await until(LIMIT_MS, () => endOf(world.docker, its.name), 100);
    if (!ended) throw new OperationError(`${its.name}: not done in a day, and ended`);
    return exitCode(ended);
  });
}

/** The same joined to our standard input: a service that waits, and the command beside it. */
export async function enterOneOff(
  world: Surroundings,
  { prefix, service, command }: OneOff,
  terminal: boolean,
): Promise<number> {
  const { docker, host } = world;
  const running = await specificationOf(docker, service);
  const here = await docker(["info", "--format", "{{.Swarm.NodeID}}"]);
  const its = { prefix, name: nameOf(prefix), command: ["/bin/sh", "-c", WAIT], nodes: [here] };
  return inService(world, oneOffSpec(running, its), async (task) => {
    const id = task.Status.ContainerStatus?.ContainerID ?? "";
    const flags = terminal ? ["--tty", "--env", `TERM=${process.env.TERM ?? "xterm"}`] : [];
    const entered = ["--host", host, "exec", "--interactive", ...flags, id, ...behindLauncher(running, command)];
    const { exitCode: code } = await execa("docker", entered, { stdio: "inherit", reject: false });
    return code ?? 1;
  });
}

/** One-offs that ended, and whose starter was killed before it could remove them. */
export async function removeEnded(docker: Docker, prefix: string): Promise<void> {
  const filters = [`label=tidemark.stack=${prefix}`, "label=tidemark.role=run"];
  const ids = await lines(docker, ["service", "ls", "--quiet", ...filters.flatMap((one) => ["--filter", one])]);
  const services = await inspect<{ Spec: { Name: string } }>(docker, "service", ids);
  for (const { Spec } of services) {
    const tasks = await tasksOf(docker, [Spec.Name]);
    const long = ({ Status }: Task): boolean =>
      ENDED.has(Status.State) && Date.now() - Date.parse(Status.Timestamp) > READING_MS;
    if (tasks.length > 0 && tasks.every(long)) await sweepOneOff(docker, Spec.Name);
  }
}

async function inService(
  { docker, api, stop }: Surroundings,
  spec: Specification,
  work: (task: Task) => Promise<number>,
): Promise<number> {
  const name = spec.Name;
  // What it writes to the end is still shown, so it is asked to end, not cut off.
  const ask = (): void => void remove(docker, "service", [name]).catch(() => undefined);
  stop.addEventListener("abort", ask, { once: true });
  try {
    await api("POST", "/services/create", spec);
    return await work(await running(docker, name, stop));
  } catch (error) {
    if (stop.aborted) return 1;
    throw error;
  } finally {
    stop.removeEventListener("abort", ask);
    await patiently(() => sweepOneOff(docker, name));
  }
}

/** Its task, once its command runs or has ended. */
async function running(docker: Docker, name: string, stop: AbortSignal): Promise<Task> {
  const task = await until(
    START_MS,
    async () => {
      if (stop.aborted) throw new OperationError("ended before it ran");
      const [found] = await tasksOf(docker, [name]);
      return found && (found.Status.State === "running" || ENDED.has(found.Status.State)) ? found : undefined;
    },
    100,
  );
  if (task) return task;
  const [waiting] = await tasksOf(docker, [name]);
  const why = waiting?.Status.Err ?? waiting?.Status.Message ?? "Docker gives no reason";
  throw new OperationError(`${name}: not started in ${START_MS / 1000} s: ${why}`);
}

/** On this node the container's own log ends with it; elsewhere Swarm is asked once it has ended. */
async function showLog({ docker, host }: Surroundings, task: Task): Promise<void> {
  const id = task.Status.ContainerStatus?.ContainerID;
  const here = id !== undefined && (await inspect(docker, "container", [id])).length > 0;
  if (!here) await until(LIMIT_MS, () => endOf(docker, task.ServiceID), 200);
  const log = here ? ["logs", "--follow", id] : ["service", "logs", "--raw", task.ServiceID];
  // In a group of its own: at Ctrl-C it shows what the command still says.
  await execa("docker", ["--host", host, ...log], {
    stdin: "ignore",
    stdout: "inherit",
    stderr: "inherit",
    detached: true,
    reject: false,
  });
}

async function specificationOf(docker: Docker, service: string): Promise<Specification> {
  const [found] = await inspect<{ Spec: Specification }>(docker, "service", [service]);
  if (found) return found.Spec;
  throw new OperationError(
    `${service} is not there, and a command runs with what it has. Look: tidemark status of this stack`,
  );
}

/** Where the process runs there are its image and its volumes; this node first. */
async function nodeOf(docker: Docker, service: string): Promise<string[]> {
  const [here, tasks] = await Promise.all([
    docker(["info", "--format", "{{.Swarm.NodeID}}"]),
    tasksOf(docker, [service]),
  ]);
  const nodes = tasks.filter(({ Status }) => Status.State === "running").flatMap(({ NodeID }) => NodeID ?? []);
  return nodes.includes(here) ? [here] : nodes.slice(0, 1);
}

function nameOf(prefix: string): string {
  return `${prefix}-run-${randomBytes(3).toString("hex")}`;
}

/** Its command is given the time to end that its service grants. */
async function sweepOneOff(docker: Docker, name: string): Promise<void> {
  await remove(docker, "service", [name]);
  await until(GRACE_MS, async () => ((await containersOf(docker, name)).length === 0 ? true : undefined));
  await endTasks(docker, [name]);
}

/** Ctrl-C typed again ends the docker command that is at it, not the work. */
async function patiently(work: () => Promise<void>): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (attempt === 3) throw error;
    }
  }
}
