import { byLabels, type Api } from "./api";
import { inspect, type Docker } from "./docker";
import type { Losable } from "./losable";

/** What a generation's record says of where it came from. */
export interface Descent {
  generation: number;
  /** As in the settings, where it was restored. */
  from?: unknown;
  /** The generation whose roles it has: that one began empty. */
  root?: number;
  /** Its roles are in the state. */
  known?: boolean;
}

interface Kept {
  Spec: { Name: string; Data: string };
}

/** Every generation that was ever filled on this host. */
export async function descents(api: Api, prefix: string, { base }: Pick<Losable, "base">): Promise<Descent[]> {
  const records = await recorded(api, prefix);
  return records.flatMap(({ Spec }) => {
    const [, generation] = (Spec.Name.startsWith(`${base}-g`) && /-g(\d+)-record$/.exec(Spec.Name)) || [];
    if (generation === undefined) return [];
    const { from, root } = JSON.parse(Buffer.from(Spec.Data, "base64").toString()) as Omit<Descent, "generation">;
    return [
      {
        generation: Number(generation),
        ...(from !== undefined && { from }),
        ...(root !== undefined && { root }),
        ...(records.some((one) => one.Spec.Name === known(base, Number(generation))) && { known: true }),
      },
    ];
  });
}

async function recorded(api: Api, prefix: string): Promise<Kept[]> {
  return (await api("GET", `/configs?${byLabels(`tidemark.stack=${prefix}`, "tidemark.role=record")}`)) as Kept[];
}

/** A config that says that the roles of a generation are in the state. */
function known(base: string, generation: number): string {
  return `${base}-g${generation}-roles`;
}

/** Writes it down. */
export async function knowRoles(
  docker: Docker,
  { base, generation, stack }: { base: string; generation: number; stack: string },
): Promise<object> {
  const name = known(base, generation);
  if ((await inspect(docker, "config", [name])).length > 0) return { known: name };
  const labels = ["--label", `tidemark.stack=${stack}`, "--label", "tidemark.role=record"];
  await docker(["config", "create", ...labels, name, "-"], { input: "{}" });
  return { known: name };
}

/**
 * Its roles came with the backup, and whoever restores it knows of none: an empty machine, and perhaps an empty state.
 * What is there already cannot be made, so it is taken over.
 */
export function foreign(generation: number, restored: boolean, all: readonly Descent[]): boolean {
  const its = all.find((one) => one.generation === generation);
  return restored && rootOf(generation, restored, all) === generation && its?.known !== true;
}

/**
 * The generation whose roles are in this one: what is restored has those of where it came from, and they are not made
 * again. On a host that knows of none before it, its own.
 */
export function rootOf(generation: number, restored: boolean, all: readonly Descent[]): number {
  const its = all.find((one) => one.generation === generation);
  if (its) return its.root ?? generation;
  if (!restored) return generation;
  const former = all.filter((one) => one.generation < generation).sort((a, b) => b.generation - a.generation);
  return former[0] ? (former[0].root ?? former[0].generation) : generation;
}
