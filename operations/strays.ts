import { inspect, lines, remove, type Docker } from "./docker";
import { removePatiently } from "./sweep";

/** An object of Docker's that carries a stack's label. */
export interface Found {
  kind: "service" | "network" | "secret" | "config";
  id: string;
  name: string;
  labels: Record<string, string>;
  /** Ids of what a service has, or had before its last update. */
  refers: string[];
}

interface Inspected {
  ID?: string;
  Id?: string;
  Name?: string;
  Labels?: Record<string, string>;
  Spec?: ServiceSpec & { Name: string; Labels?: Record<string, string> };
  PreviousSpec?: ServiceSpec;
}

interface ServiceSpec {
  TaskTemplate?: {
    ContainerSpec: { Secrets?: { SecretID: string }[]; Configs?: { ConfigID: string }[] };
    Networks?: { Target: string }[];
  };
}

/** A network is free once the tasks of the services that were on it are gone. */
const ORDER = ["service", "network", "secret", "config"] as const;

/** All that carries a stack's label but volumes: those are data, and never in the way. */
export async function labelledObjects(docker: Docker, label: string): Promise<Found[]> {
  const each = ORDER.map(async (kind) => {
    const ids = await lines(docker, [kind, "ls", "--quiet", "--filter", `label=${label}`]);
    return (await inspect<Inspected>(docker, kind, ids)).map((its) => found(kind, its));
  });
  return (await Promise.all(each)).flat();
}

function found(kind: Found["kind"], { ID, Id, Name, Labels, Spec, PreviousSpec }: Inspected): Found {
  const refers = [Spec, PreviousSpec].flatMap((spec) => {
    const { ContainerSpec, Networks } = spec?.TaskTemplate ?? {};
    return [
      ...(ContainerSpec?.Secrets ?? []).map(({ SecretID }) => SecretID),
      ...(ContainerSpec?.Configs ?? []).map(({ ConfigID }) => ConfigID),
      ...(Networks ?? []).map(({ Target }) => Target),
    ];
  });
  return { kind, id: ID ?? Id ?? "", name: Spec?.Name ?? Name ?? "", labels: Spec?.Labels ?? Labels ?? {}, refers };
}

/**
 * Which of them the state has never heard of, nor anything that stays refers to. A job belongs to the run that started
 * it, and a record is kept for good: neither was ever in a state.
 */
export function strays(all: readonly Found[], known: ReadonlySet<string>): Found[] {
  const apart = (one: Found): boolean =>
    one.labels["tidemark.role"] === "job" || one.labels["tidemark.role"] === "record";
  const unknown = all.filter((one) => !known.has(one.id) && !apart(one));
  const referred = new Set(all.filter((one) => !unknown.includes(one)).flatMap(({ refers }) => refers));
  return unknown
    .filter(({ id }) => !referred.has(id))
    .sort((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind) || a.name.localeCompare(b.name));
}

/** In the order in which `strays` gives them. */
export async function removeStrays(docker: Docker, all: readonly Found[]): Promise<void> {
  for (const { kind, id } of all) {
    if (kind === "service") await remove(docker, kind, [id]);
    else await removePatiently(docker, kind, [id]);
  }
}
