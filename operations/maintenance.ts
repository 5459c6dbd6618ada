import { inspect, type Docker } from "./docker";
import { evidenceIn } from "./evidence";
import { followLog, runJob, type Follow, type Job } from "./job";
import { OperationError } from "./operation-error";

const FILES = "/etc/edge";

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
  const [service] = await inspect<EdgeService>(docker, "service", [`${prefix}-edge`]);
  if (!service) return undefined;
  const verb = ["maintenance", on ? "on" : "off", ...(because === "" ? [] : ["--because", because])];
  const { exitCode, log } = await runJob(docker, edgeJob(prefix, service, verb), follow, () => undefined);
  const evidence = evidenceIn<{ was: boolean }>(log);
  if (exitCode === 0 && evidence) return evidence;
  throw new OperationError(
    [`maintenance was not turned ${on ? "on" : "off"} (exit code ${exitCode}):`, ...log.slice(-10)].join("\n  "),
  );
}

/**
 * Keeps visitors out while something is done, whatever becomes of this process: after so many seconds the edge itself lets
 * them in. Who keeps them out already for another reason goes on.
 */
export async function keepOut<T>(
  docker: Docker,
  prefix: string,
  { because, seconds }: { because: string; seconds: number },
  say: (line: string) => void,
  work: () => Promise<T>,
  follow: Follow = followLog(),
): Promise<T> {
  const [service] = await inspect<EdgeService>(docker, "service", [`${prefix}-edge`]);
  if (!service) return work();
  const run = async (...verb: string[]): Promise<string[]> => {
    const { exitCode, log } = await runJob(docker, edgeJob(prefix, service, verb), follow, () => undefined);
    if (exitCode === 0) return log;
    throw new OperationError(
      [`tidemark-edge ${verb[0]} failed (exit code ${exitCode}):`, ...log.slice(-10)].join("\n  "),
    );
  };
  const before = evidenceIn<{ were: boolean }>(await run("briefly", String(seconds), because));
  const ours = before?.were === false;
  say(ours ? `visitors are kept out for ${because}` : "visitors are kept out already, and will be afterwards");
  try {
    return await work();
  } finally {
    if (ours) {
      await run("over", because);
      say("visitors are let in again");
    }
  }
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
