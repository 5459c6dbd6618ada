import type { Problem } from "../settings/refusal";
import { byLabels, type Api } from "./api";
import type { Losable } from "./losable";

/** A volume that was filled once, and is not the one that is there now. */
export interface Lost extends Losable {
  /** When it was filled. */
  filled: string;
  /** What is there in its place. */
  now: "nothing" | "an empty one that Swarm made";
  /** The lowest generation above all that ever were: no name serves twice. */
  next: number;
}

interface Volume {
  Name: string;
  Labels: Record<string, string> | null;
}

interface Kept {
  Spec: { Name: string; Data: string };
}

/** Looks on the Docker host itself, so it says nothing of a volume that is on another node. */
export async function lostVolumes(api: Api, prefix: string, all: readonly Losable[]): Promise<Lost[]> {
  const { records, volumes } = await known(api, prefix);
  return lostAmong(all, records, volumes, names(records, volumes));
}

/** Of all that is or was a generation. */
export async function namesOf(api: Api, prefix: string): Promise<string[]> {
  const { records, volumes } = await known(api, prefix);
  return names(records, volumes);
}

async function known(api: Api, prefix: string): Promise<{ records: Kept[]; volumes: Volume[] }> {
  const [records, { Volumes }] = (await Promise.all([
    api("GET", `/configs?${byLabels(`tidemark.stack=${prefix}`)}`),
    // All there are: what Swarm made again has no label.
    api("GET", "/volumes"),
  ])) as [Kept[], { Volumes: Volume[] | null }];
  return { records, volumes: Volumes ?? [] };
}

function names(records: readonly Kept[], volumes: readonly Volume[]): string[] {
  return [...volumes.map(({ Name }) => Name), ...records.map(({ Spec }) => Spec.Name)];
}

/** @param names of all volumes, and of the stack's configs */
export function lostAmong(
  all: readonly Losable[],
  records: readonly Kept[],
  volumes: readonly Volume[],
  names: readonly string[],
): Lost[] {
  return all.flatMap((one) => {
    const record = records.find(({ Spec }) => Spec.Name === recordOf(one));
    const volume = volumes.find(({ Name }) => Name === one.volume);
    // Swarm makes a lost volume again without the labels that Tidemark gave it.
    if (!record || volume?.Labels?.["tidemark.stack"] !== undefined) return [];
    const { filled } = JSON.parse(Buffer.from(record.Spec.Data, "base64").toString()) as { filled: string };
    return [
      { ...one, filled, now: volume ? "an empty one that Swarm made" : "nothing", next: nextGeneration(one, names) },
    ];
  });
}

/** The lowest generation that neither is nor was. */
export function nextGeneration({ base, generation }: Losable, names: readonly string[]): number {
  const taken = names.flatMap((name) => {
    const [, number] = name.startsWith(`${base}-g`)
      ? (/^(\d+)(-record)?$/.exec(name.slice(base.length + 2)) ?? [])
      : [];
    return number === undefined ? [] : [Number(number)];
  });
  return Math.max(generation, ...taken) + 1;
}

/** A run would build on what is not there. @param typed a verb as it is typed for this stack */
export function lossProblem(
  { setting, generation, volume, filled, now, next, backed }: Lost,
  typed: (verb: string) => string,
): Problem {
  const anew = backed
    ? `To have its data from the backups: ${typed(`restore --to latest${setting === "media.generation" ? " --what uploads" : ""}`)}.`
    : `If its data is gone for good, set ${next}, which begins anew, empty.`;
  return {
    at: setting,
    got: String(generation),
    why: `Its volume ${volume}, filled on ${filled.slice(0, 10)}, is lost: there is ${now} in its place, and an empty volume is not a new one.`,
    fix: `${anew} To see what there is: ${typed("status")}`,
  };
}

function recordOf({ volume }: Losable): string {
  return `${volume}-record`;
}
