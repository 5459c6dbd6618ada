import { inspect, type Docker } from "./docker";
import { evidenceIn } from "./evidence";
import { followLog, runJob, type Follow, type Job } from "./job";
import type { World } from "./before-the-roll";
import { records, standing } from "./ledger";
import { newsOfMaintenance, notify, type Way } from "./notify";
import { OperationError } from "./operation-error";

const FILES = "/etc/edge";

type Edge = <T>(...verb: string[]) => Promise<T>;

/** What is looked at of the edge's service. */
export interface EdgeService {
  Spec: {
    TaskTemplate: {
      ContainerSpec: { Image: string; Mounts?: { Source?: string; Target: string }[] };
      Placement?: { Constraints?: string[] };
    };
  };
}

/**
 * Keeps visitors out, or lets them in, from the next request on. All that it needs is found in Docker.
 * @param because for who asks later why it is on
 * @returns whether it was on before; nothing where there is no edge yet, and so nobody to be kept out
 */
export async function setMaintenance(
  docker: Docker,
  prefix: string,
  on: boolean,
  because = "",
  follow: Follow = followLog(),
): Promise<{ was: boolean } | undefined> {
  const edge = await edgeOf(docker, prefix, follow);
  return edge?.("maintenance", on ? "on" : "off", ...(because === "" ? [] : ["--because", because]));
}

export interface Declaration {
  stack: string;
  on: boolean;
  /** Tells the edge, which says whether visitors were kept out before; nothing where it had heard that already. */
  job: Job;
  notify?: Way;
}

/** What the settings say comes to pass, and where that changes something people are told. */
export async function declare(
  { docker, follow, say }: World,
  { stack, on, job, notify: way }: Declaration,
): Promise<{ on: boolean; seconds: number }> {
  const { exitCode, seconds, log } = await runJob(docker, job, follow, say);
  if (exitCode !== 0) throw failure("declare", exitCode, log);
  const before = evidenceIn<{ was: boolean }>(log);
  if (way && before?.was === !on) await notify(docker, way, newsOfMaintenance(stack, on), follow, say);
  return { on, seconds };
}

/**
 * Keeps visitors out while something is done, whatever becomes of this process: after so many seconds the edge itself lets
 * them in. Who keeps them out already for another reason goes on.
 */
export async function keepOut<T>(
  { docker, follow, say }: World,
  stack: string,
  { because, seconds }: { because: string; seconds: number },
  work: () => Promise<T>,
): Promise<T> {
  const edge = await edgeOf(docker, stack, follow);
  if (!edge) return work();
  const way = standing(await records(docker, stack))?.notify;
  const tell = async (on: boolean): Promise<void> =>
    way && notify(docker, way, newsOfMaintenance(stack, on, because), follow, say);
  return closedFor({ edge, tell, say }, { because, seconds }, work);
}

/** @param edge what tidemark-edge answers to a verb */
export async function closedFor<T>(
  { edge, tell, say }: { edge: Edge; tell: (on: boolean) => Promise<void>; say: (line: string) => void },
  { because, seconds }: { because: string; seconds: number },
  work: () => Promise<T>,
): Promise<T> {
  const { were } = await edge<{ were: boolean }>("briefly", String(seconds), because);
  if (were) {
    say("visitors are kept out already, and will be afterwards");
    return work();
  }
  say(`visitors are kept out for ${because}`);
  // Beside the work: visitors wait for that alone.
  const told = tell(true);
  const [done] = await Promise.allSettled([work()]);
  const [opened] = await Promise.allSettled([edge<{ over: boolean }>("over", because)]);
  await told;
  if (opened.status === "fulfilled" && opened.value.over) {
    say("visitors are let in again");
    await tell(false);
  }
  if (done.status === "rejected") {
    if (opened.status === "rejected") say(String(opened.reason));
    throw done.reason;
  }
  if (opened.status === "rejected") throw opened.reason;
  return done.value;
}

/** Runs a verb of tidemark-edge and gives its evidence; nothing where the stack has no edge yet. */
export async function edgeOf(docker: Docker, stack: string, follow: Follow): Promise<Edge | undefined> {
  const [service] = await inspect<EdgeService>(docker, "service", [`${stack}-edge`]);
  if (!service) return undefined;
  return async <T>(...verb: string[]): Promise<T> => {
    const { exitCode, log } = await runJob(docker, edgeJob(stack, service, verb), follow, () => undefined);
    const evidence = evidenceIn<T>(log);
    if (exitCode !== 0 || !evidence) throw failure(verb[0] ?? "", exitCode, log);
    return evidence;
  };
}

function failure(verb: string, exitCode: number, log: readonly string[]): OperationError {
  const what = exitCode === 0 ? "did not say what it did" : `failed (exit code ${exitCode})`;
  return new OperationError([`tidemark-edge ${verb} ${what}:`, ...log.slice(-10)].join("\n  "));
}

/** On the edge's node, with its image and its volume. */
export function edgeJob(prefix: string, { Spec }: EdgeService, verb: readonly string[]): Job {
  const { ContainerSpec, Placement } = Spec.TaskTemplate;
  const source = ContainerSpec.Mounts?.find(({ Target }) => Target === FILES)?.Source;
  if (source === undefined) throw new OperationError(`maintenance: ${prefix}-edge has no volume at ${FILES}`);
  return {
    name: `${prefix}-edge-maintenance`,
    image: ContainerSpec.Image,
    user: "0",
    command: ["tidemark-edge", ...verb],
    labels: { "tidemark.stack": prefix, "tidemark.role": "job" },
    volumes: [{ source, target: FILES }],
    constraints: Placement?.Constraints ?? [],
    limitSeconds: 60,
  };
}
