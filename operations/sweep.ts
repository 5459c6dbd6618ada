import { containersOf, DockerError, inspect, lines, remove, type Docker } from "./docker";
import { until } from "./until";

/** What carries a stack's label, by kind. */
export type Objects = Record<"service" | "container" | "config" | "secret" | "network" | "volume", string[]>;

/** Services first: nothing else can go while they hold it. */
const ORDER = ["service", "container", "config", "secret", "network", "volume"] as const;

const LIST: Record<(typeof ORDER)[number], string[]> = {
  service: ["service", "ls", "--format", "{{.Name}}"],
  container: ["ps", "--all", "--quiet"],
  config: ["config", "ls", "--quiet"],
  secret: ["secret", "ls", "--quiet"],
  network: ["network", "ls", "--quiet", "--no-trunc"],
  volume: ["volume", "ls", "--quiet"],
};

export async function labelled(docker: Docker, label: string): Promise<Objects> {
  const list = async (kind: keyof Objects) =>
    [kind, await noneWithoutSwarm(lines(docker, [...LIST[kind], "--filter", `label=${label}`]))] as const;
  return Object.fromEntries(await Promise.all(ORDER.map(list))) as Objects;
}

/** A host that has left its Swarm has no services, secrets and configs, and a second `down` is to say so. */
export async function noneWithoutSwarm(listed: Promise<string[]>): Promise<string[]> {
  try {
    return await listed;
  } catch (error) {
    if (error instanceof DockerError && /not a swarm manager/.test(error.said)) return [];
    throw error;
  }
}

/** What a stack had before it was destroyed, for what its services leave behind to be found. */
export interface Doomed {
  label: string;
  services: readonly string[];
  /** Names of its volumes of data, each without the generation: one that Swarm made in a lost one's place has no label. */
  bases: readonly string[];
  /** Of its backups, which Swarm makes again in the same way. */
  backups: readonly string[];
}

/** Removes all that carries a stack's label, its data too. Only for a throw-away stack that is taken down. */
export async function sweep(docker: Docker, { label, services, bases, backups }: Doomed): Promise<void> {
  const found = await labelled(docker, label);
  await remove(docker, "service", found.service);
  await endTasks(docker, [...services, ...found.service]);
  await remove(docker, "container", (await labelled(docker, label)).container, "--force");
  const volumes = await lines(docker, ["volume", "ls", "--quiet"]);
  const all = {
    ...found,
    volume: [
      ...new Set([...found.volume, ...volumes.filter((name) => isGeneration(name, bases) || backups.includes(name))]),
    ],
  };
  for (const kind of ["config", "secret", "network", "volume"] as const) await removePatiently(docker, kind, all[kind]);
}

export function isGeneration(volume: string, bases: readonly string[]): boolean {
  return bases.some((base) => volume.startsWith(`${base}-g`) && /^\d+$/.test(volume.slice(base.length + 2)));
}

/** A removed service's tasks go on stopping for as long as their grace lets them. */
export async function endTasks(docker: Docker, services: readonly string[]): Promise<void> {
  for (const service of new Set(services)) {
    const left = await containersOf(docker, service, "--all");
    await remove(docker, "container", left, "--force");
  }
}

/** What is still in use by something that ends is asked again, for a while. */
export async function removePatiently(docker: Docker, kind: string, names: readonly string[]): Promise<void> {
  for (const name of names) {
    let last: unknown;
    const gone = await until(30_000, async () => {
      try {
        await remove(docker, kind, [name]);
        return true;
      } catch (error) {
        last = error;
        return undefined;
      }
    });
    if (!gone) throw last;
  }
}

/** Whether anything of any stack of Tidemark's is left on this host. */
export async function othersLeft(docker: Docker): Promise<boolean> {
  const left = await labelled(docker, "tidemark.stack");
  return Object.values(left).some((names) => names.length > 0);
}

/** Gives up what only stacks needed: the registry, and a Swarm that Tidemark itself initialised. */
export async function giveUpGround(docker: Docker): Promise<void> {
  await remove(
    docker,
    "container",
    await lines(docker, ["ps", "--all", "--quiet", "--filter", "label=tidemark.role=registry"]),
    "--force",
  );
  await remove(
    docker,
    "volume",
    await lines(docker, ["volume", "ls", "--quiet", "--filter", "name=^tidemark-registry$"]),
  );
  const nodes = await inspect<{ Spec: { Labels?: Record<string, string> } }>(docker, "node", ["self"]);
  if (nodes[0]?.Spec.Labels?.["tidemark.initialised"] !== "true") return;
  const inUse = await Promise.all(
    ["node", "service", "secret", "config"].map((kind) => lines(docker, [kind, "ls", "--quiet"])),
  );
  // One node is this one; all else of a Swarm is somebody's.
  if (inUse.flat().length > 1) return;
  await docker(["swarm", "leave", "--force"]);
  await remove(docker, "network", ["docker_gwbridge"]);
}
