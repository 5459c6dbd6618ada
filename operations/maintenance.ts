import { inspect, type Docker } from "./docker";
import { evidenceIn } from "./evidence";
import { followLog, runJob, type Follow, type Job } from "./job";
import { records, standing, who } from "./ledger";
import { notify, type News, type Way } from "./notify";
import { OperationError } from "./operation-error";

const FILES = "/etc/edge";

export interface World {
  docker: Docker;
  follow: Follow;
  say: (line: string) => void;
}

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
  const reason = because === "" ? [] : ["--because", because];
  const log = await edge?.("maintenance", on ? "on" : "off", ...reason);
  return log && evidenceIn<{ was: boolean }>(log);
}

export interface Declaration {
  stack: string;
  on: boolean;
  /** Tells the edge, which says whether visitors were kept out before; nothing where it had heard that already. */
  job: Job;
  notify?: Way;
}

/** What the settings say comes to pass, and where that changes something people are told. */
export async function declare({ docker, follow, say }: World, { stack, on, job, notify: way }: Declaration) {
  const { exitCode, seconds, log } = await runJob(docker, job, follow, say);
  if (exitCode !== 0) throw failure("declare", exitCode, log);
  const before = evidenceIn<{ was: boolean }>(log);
  if (way && before?.was === !on) await notify(docker, way, newsOf(stack, on), follow, say);
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
  const before = evidenceIn<{ were: boolean }>(await edge("briefly", String(seconds), because));
  if (before?.were !== false) {
    say("visitors are kept out already, and will be afterwards");
    return work();
  }
  say(`visitors are kept out for ${because}`);
  const way = standing(await records(docker, stack))?.notify;
  const tell = async (on: boolean): Promise<void> =>
    way && notify(docker, way, newsOf(stack, on, because), follow, say);
  // Beside the work: visitors wait for that alone.
  const told = tell(true);
  try {
    return await work();
  } finally {
    await edge("over", because);
    say("visitors are let in again");
    await told;
    await tell(false);
  }
}

function newsOf(stack: string, on: boolean, why?: string): News {
  return { stack, what: `maintenance ${on ? "on" : "off"}`, who: who(), ...(why !== undefined && { why }) };
}

/** Runs a verb of tidemark-edge and gives what it logged; nothing where the stack has no edge yet. */
async function edgeOf(
  docker: Docker,
  stack: string,
  follow: Follow,
): Promise<((...verb: string[]) => Promise<string[]>) | undefined> {
  const [service] = await inspect<EdgeService>(docker, "service", [`${stack}-edge`]);
  return (
    service &&
    (async (...verb) => {
      const { exitCode, log } = await runJob(docker, edgeJob(stack, service, verb), follow, () => undefined);
      if (exitCode === 0) return log;
      throw failure(verb[0] ?? "", exitCode, log);
    })
  );
}

function failure(verb: string, exitCode: number, log: readonly string[]): OperationError {
  return new OperationError([`tidemark-edge ${verb} failed (exit code ${exitCode}):`, ...log.slice(-10)].join("\n  "));
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
