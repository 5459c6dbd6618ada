import { byLabels, type Api } from "./api";
import type { Losable } from "./losable";

/** What a generation's record says of where it came from. */
export interface Descent {
  generation: number;
  /** As in the settings, where it was restored. */
  from?: unknown;
  /** The generation whose roles it has: that one began empty. */
  root?: number;
}

interface Kept {
  Spec: { Name: string; Data: string };
}

/** Every generation that was ever filled on this host. */
export async function descents(api: Api, prefix: string, { base }: Pick<Losable, "base">): Promise<Descent[]> {
  const records = (await api(
    "GET",
    `/configs?${byLabels(`tidemark.stack=${prefix}`, "tidemark.role=record")}`,
  )) as Kept[];
  return records.flatMap(({ Spec }) => {
    const [, generation] = (Spec.Name.startsWith(`${base}-g`) && /-g(\d+)-record$/.exec(Spec.Name)) || [];
    if (generation === undefined) return [];
    const { from, root } = JSON.parse(Buffer.from(Spec.Data, "base64").toString()) as Omit<Descent, "generation">;
    return [
      { generation: Number(generation), ...(from !== undefined && { from }), ...(root !== undefined && { root }) },
    ];
  });
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
