import { inspect, lines, remove, type Docker } from "./docker";
import { records, standing } from "./ledger";
import { references } from "./references";
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
  Spec?: Referring & { Name: string; Labels?: Record<string, string> };
  PreviousSpec?: Referring;
}

type Referring = Parameters<typeof references>[0];

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
  const refers = [Spec, PreviousSpec].flatMap((spec) => (spec ? references(spec) : []));
  return { kind, id: ID ?? Id ?? "", name: Spec?.Name ?? Name ?? "", labels: Spec?.Labels ?? Labels ?? {}, refers };
}

/** What the standing release would need to run again. */
export async function neededToGoBack(docker: Docker, prefix: string): Promise<string[]> {
  const release = standing(await records(docker, prefix));
  return Object.values(release?.services ?? {}).flatMap(references);
}

const APART = new Set(["job", "lock", "record", "release", "run"]);

/**
 * Which of them the state has never heard of, nor anything that stays refers to. A job belongs to the run that started
 * it, a one-off command to who typed it, a lock to the one that took it, and records are kept for good: none was ever in a state.
 * @param needed of what is asked for by no service now, that which must stay
 */
export function strays(all: readonly Found[], known: ReadonlySet<string>, needed: readonly string[] = []): Found[] {
  const apart = ({ labels }: Found): boolean => APART.has(labels["tidemark.role"] ?? "");
  const unknown = all.filter((one) => !known.has(one.id) && !apart(one));
  const referred = new Set([...needed, ...all.filter((one) => !unknown.includes(one)).flatMap(({ refers }) => refers)]);
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
