import { inspect, lines, removeUnlessUsed, type Docker } from "./docker";
import type { ReleaseRecord } from "./ledger";
import { references } from "./references";
import type { ServiceSpec } from "./rollout";

/** What Swarm keeps for a stack, and who made it. */
export interface Kept {
  kind: "secret" | "config" | "volume";
  id: string;
  name: string;
  /** ISO; of the same name's beginning, the newest is the declared one. */
  at: string;
}

/** Removes what no specification, no former one, and not the standing release refers to. */
export async function cleanUp(
  docker: Docker,
  prefix: string,
  { services = {} }: Pick<ReleaseRecord, "services">,
  say: (line: string) => void,
): Promise<void> {
  const label = `tidemark.stack=${prefix}`;
  const [kept, specs] = await Promise.all([contents(docker, label), specifications(docker, label)]);
  const unused = unreferenced(kept, new Set([...specs, ...Object.values(services)].flatMap(references)));
  let removed = 0;
  // A task that is still draining holds its volume; then the next release removes it.
  for (const { kind, id } of unused) if (await removeUnlessUsed(docker, kind, id)) removed += 1;
  if (removed > 0) say(`removed ${removed} former secrets, configs and copies that nothing refers to`);
}

/** Contents and copies that are auto-named or numbered by release: of each name the newest stays, for it is declared. */
export function unreferenced(all: readonly Kept[], referred: ReadonlySet<string>): Kept[] {
  const newest = new Map<string, Kept>();
  for (const one of all) {
    const base = baseOf(one);
    const other = newest.get(base);
    if (!other || one.at > other.at) newest.set(base, one);
  }
  return all.filter((one) => newest.get(baseOf(one)) !== one && !referred.has(one.id) && !referred.has(one.name));
}

/** The random end of an automatic name tells one value of a content from the next. */
function baseOf({ kind, name }: Kept): string {
  return `${kind} ${name.replace(kind === "volume" ? /-static-of-.*$/ : /-[0-9a-f]{7}$/, "")}`;
}

async function contents(docker: Docker, label: string): Promise<Kept[]> {
  const content = async (kind: "secret" | "config"): Promise<Kept[]> => {
    const ids = await lines(docker, [
      ...[kind, "ls", "--quiet", "--filter", `label=${label}`],
      ...["--filter", "label=tidemark.content"],
    ]);
    const all = await inspect<{ ID: string; CreatedAt: string; Spec: { Name: string } }>(docker, kind, ids);
    return all.map(({ ID, CreatedAt, Spec }) => ({ kind, id: ID, name: Spec.Name, at: CreatedAt }));
  };
  return (await Promise.all([content("secret"), content("config"), staticVolumes(docker, label)])).flat();
}

/** Static files of one release each. */
async function staticVolumes(docker: Docker, label: string): Promise<Kept[]> {
  const names = await lines(docker, ["volume", "ls", "--quiet", "--filter", `label=${label}`]);
  const ours = names.filter((name) => /-static-of-.+/.test(name));
  const all = await inspect<{ Name: string; CreatedAt: string }>(docker, "volume", ours);
  return all.map(({ Name, CreatedAt }) => ({ kind: "volume", id: Name, name: Name, at: CreatedAt }));
}

/** What every service has, or had before its last update. */
async function specifications(docker: Docker, label: string): Promise<ServiceSpec[]> {
  const ids = await lines(docker, ["service", "ls", "--quiet", "--filter", `label=${label}`]);
  const all = await inspect<{ Spec: ServiceSpec; PreviousSpec?: ServiceSpec }>(docker, "service", ids);
  return all.flatMap(({ Spec, PreviousSpec }) => (PreviousSpec ? [Spec, PreviousSpec] : [Spec]));
}
