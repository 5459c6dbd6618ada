import { execa } from "execa";
import { inspect, remove, type Docker } from "./docker";
import { isEvidence } from "./evidence";
import { OperationError } from "./operation-error";
import { endTasks } from "./sweep";
import { ENDED, hasNoNode, tasksOf, type Task } from "./tasks";
import { until } from "./until";

/** A one-shot service: it runs once, to its end, with a release's image, secrets and networks. */
export interface Job {
  /** Its service's name; a left-over of the same name is removed first, so a killed `up` can be repeated. */
  name: string;
  image: string;
  /** Replaces the image's ENTRYPOINT and CMD. */
  command: string[];
  labels: Record<string, string>;
  secrets?: Mounted[];
  configs?: Mounted[];
  /** What the image has at the place is not copied into an empty volume: it would pass for the volume's own. */
  volumes?: Mounted[];
  networks?: string[];
  user?: string;
  constraints?: string[];
  memoryBytes?: number;
  limitSeconds: number;
  /** Passes the registry's credentials on to the nodes. */
  registryAuth?: boolean;
}

/** A thing of Swarm's and where the job sees it. */
export interface Mounted {
  source: string;
  target: string;
}

export interface Finished {
  exitCode: number;
  seconds: number;
  log: string[];
}

/** Runs a job to its end and hands on each line of its log as it comes. Leaves nothing behind. */
export async function runJob(
  docker: Docker,
  job: Job,
  follow: Follow,
  onLine: (line: string) => void,
): Promise<Finished> {
  const started = Date.now();
  await removeFormer(docker, job.name);
  try {
    await docker(serviceCreate(job));
    const log: string[] = [];
    const keep = (line: string): void => {
      log.push(line);
      if (!isEvidence(line)) onLine(line);
    };
    const running = await until(job.limitSeconds * 1000, () => taken(docker, job.name), 100);
    if (!running) throw new OperationError(`job ${job.name}: not started in ${job.limitSeconds} s`);
    const left = Math.max(1, job.limitSeconds * 1000 - (Date.now() - started));
    if (!(await follow(docker, running, keep, left))) {
      throw new OperationError(`job ${job.name}: not done in ${job.limitSeconds} s, and ended`);
    }
    // A log can break off while the job goes on, and nothing that works is ended for that.
    const rest = Math.max(15_000, job.limitSeconds * 1000 - (Date.now() - started));
    const ended = await until(rest, () => endOf(docker, job.name), 100);
    if (!ended) throw new OperationError(`job ${job.name}: not done in ${job.limitSeconds} s, and ended`);
    return { exitCode: exitCode(ended), seconds: (Date.now() - started) / 1000, log };
  } finally {
    await sweep(docker, job.name);
  }
}

export function serviceCreate(job: Job): string[] {
  const each = (flag: string, values: readonly string[]): string[] => values.flatMap((value) => [flag, value]);
  const files = (mounted: readonly Mounted[] = []): string[] =>
    mounted.map(({ source, target }) => `source=${source},target=${target},mode=0444`);
  const [program, ...rest] = job.command;
  return [
    ...["service", "create", "--detach", "--quiet", "--name", job.name, "--mode", "replicated-job"],
    ...["--restart-condition", "none", "--no-resolve-image", "--init"],
    ...["--log-driver", "json-file", "--log-opt", "max-size=10m", "--log-opt", "max-file=2"],
    // Only a job that was asked to be root has root's work to do.
    ...(job.user === "0" ? [] : ["--cap-drop", "ALL"]),
    ...(job.registryAuth ? ["--with-registry-auth"] : []),
    ...each(
      "--label",
      Object.entries(job.labels).map(([key, value]) => `${key}=${value}`),
    ),
    ...each(
      "--container-label",
      Object.entries(job.labels).map(([key, value]) => `${key}=${value}`),
    ),
    ...each("--secret", files(job.secrets)),
    ...each("--config", files(job.configs)),
    ...each(
      "--mount",
      (job.volumes ?? []).map(({ source, target }) => `type=volume,source=${source},target=${target},volume-nocopy`),
    ),
    ...each("--network", job.networks ?? []),
    ...each("--constraint", job.constraints ?? []),
    ...(job.user === undefined ? [] : ["--user", job.user]),
    ...(job.memoryBytes === undefined ? [] : ["--limit-memory", String(job.memoryBytes)]),
    ...["--entrypoint", program ?? "", job.image, ...rest],
  ];
}

/** A job of the same name that a killed run left is ended; a service that is no job is somebody's. */
async function removeFormer(docker: Docker, name: string): Promise<void> {
  const [former] = await inspect<{ Spec: { Labels?: Record<string, string> } }>(docker, "service", [name]);
  if (!former) return;
  if (former.Spec.Labels?.["tidemark.role"] !== "job") {
    throw new OperationError(
      `job ${name}: a service of that name is there, and it is no job. Rename the process or volume that it belongs to.`,
    );
  }
  await remove(docker, "service", [name]);
}

/** Follows a task's log until it ends; false when it did not in time. */
export type Follow = (docker: Docker, task: Task, onLine: (line: string) => void, limitMs: number) => Promise<boolean>;

/** On this node the container's own log ends with it; elsewhere only Swarm can be asked. */
export function followLog(host?: string): Follow {
  const docked = host ? ["--host", host] : [];
  return async (docker, task, onLine, limitMs) => {
    const id = task.Status.ContainerStatus?.ContainerID;
    const here = id !== undefined && (await inspect(docker, "container", [id])).length > 0;
    if (here) {
      const tail = execa("docker", [...docked, "logs", "--follow", id], {
        all: true,
        reject: false,
        timeout: limitMs,
        buffer: false,
      });
      for await (const line of tail.iterable({ from: "all" })) onLine(line);
      return !(await tail).timedOut;
    }
    const ended = await until(limitMs, () => endOf(docker, task.ServiceID), 200);
    const text = await docker(["service", "logs", "--raw", task.ServiceID], { all: true });
    text.split("\n").filter(Boolean).forEach(onLine);
    return ended !== undefined;
  };
}

/** Its task, once a node has taken it; that none can is known long before the time is over. */
async function taken(docker: Docker, name: string): Promise<Task | undefined> {
  const [task] = await tasksOf(docker, [name]);
  if (task && hasNoNode(task, Date.now())) {
    throw new OperationError(`job ${name}: no node can take it: ${task.Status.Err ?? "Docker gives no reason"}`);
  }
  return task?.Status.ContainerStatus?.ContainerID || ENDED.has(task?.Status.State ?? "") ? task : undefined;
}

/** Its task, once that has ended. */
export async function endOf(docker: Docker, service: string): Promise<Task | undefined> {
  const [task] = await tasksOf(docker, [service]);
  return task && ENDED.has(task.Status.State) ? task : undefined;
}

export function exitCode(task: Task): number {
  if (task.Status.State === "complete") return 0;
  const code = task.Status.ContainerStatus?.ExitCode ?? 0;
  if (code !== 0) return code;
  throw new OperationError(
    `job: ${task.Status.State}: ${task.Status.Err ?? task.Status.Message ?? "Docker gives no reason"}`,
  );
}

/** Docker 20.10 leaves a job's exited container behind when its service goes. */
async function sweep(docker: Docker, name: string): Promise<void> {
  await remove(docker, "service", [name]);
  await endTasks(docker, [name]);
}
