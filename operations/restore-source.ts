import { isOwn, type From } from "../settings/database";
import type { MediaFrom } from "../settings/media";
import type { Problem } from "../settings/refusal";
import type { Settings } from "../settings/schema";
import type { Mark, ReleaseRecord } from "./ledger";
import type { Descent } from "./lineage";

/** How many marks an error names. */
const NAMED = 5;

/** Restore points by their names, and where each lies; the newest first. */
export type Marks = Readonly<Record<string, Pick<Mark, "lsn" | "generation"> & { at: string }>>;

export function marksOf(past: readonly Pick<ReleaseRecord, "mark" | "at">[]): Marks {
  return Object.fromEntries(
    past.flatMap(({ mark, at }) => (mark ? [[mark.name, { lsn: mark.lsn, generation: mark.generation, at }]] : [])),
  );
}

/** As tidemark-archive is told where to stop. */
export function target(from: From, marks: Marks): string[] {
  if (from === "latest") return ["latest"];
  if (!("mark" in from)) return Object.entries(from).flat();
  const { lsn = "", generation } = marks[from.mark] ?? {};
  return ["mark", from.mark, lsn, ...(generation === undefined ? [] : [String(generation)])];
}

/** As tidemark-media is told which snapshot. */
export function mediaTarget(from: MediaFrom): string[] {
  return from === "latest" ? ["latest"] : Object.entries(from).flat();
}

/** Data of which generations are restored. */
export interface Restorable {
  /** In the settings. */
  at: "database" | "media";
  generation: number;
  from: From | MediaFrom;
}

/** What the settings want to come from the backups. */
export function restorables({ database, media }: Pick<Settings, "database" | "media">): Restorable[] {
  return [
    ...(isOwn(database) && database.from !== undefined
      ? [{ at: "database" as const, generation: database.generation, from: database.from }]
      : []),
    ...(media?.from === undefined ? [] : [{ at: "media" as const, generation: media.generation, from: media.from }]),
  ];
}

/**
 * What speaks against taking a generation from there.
 * @param live the generation that serves at this moment
 */
export function sourceProblems(
  { at, generation, from }: Restorable,
  marks: Marks,
  all: readonly Descent[],
  live: number | undefined,
): Problem[] {
  const there = all.find((one) => one.generation === generation);
  if (there) {
    // Who goes back to a former one changes its number alone, and the line still says where the other one came from.
    const known = all.some((one) => JSON.stringify(one.from) === JSON.stringify(from));
    if (live !== generation || known) return [];
    const next = Math.max(...all.map((one) => one.generation)) + 1;
    return [
      {
        at: `${at}.from`,
        got: inWords(from),
        why: `Generation ${generation} is there and serves; it came from ${there.from === undefined ? "nothing" : inWords(there.from as From)}, and is never restored into.`,
        fix: `To restore that: ${at}.generation ${next}. To leave things as they are: take ${at}.from away.`,
      },
    ];
  }
  if (generation === 1) return [{ ...FIRST, at: `${at}.generation` }];
  if (typeof from === "string" || !("mark" in from) || marks[from.mark] !== undefined) return [];
  const names = Object.keys(marks).slice(0, NAMED);
  return [
    {
      at: `${at}.from.mark`,
      got: from.mark,
      why: "There is no such mark.",
      fix:
        names.length > 0
          ? `The newest are ${names.join(", ")}; or write latest, or a time with its zone.`
          : "Write latest, or a time with its zone.",
    },
  ];
}

/** Going back to it, once there is a second one, is another matter, whatever the file says of where that came from. */
const FIRST: Omit<Problem, "at"> = {
  got: "1",
  why: "The first generation begins empty; what comes from a backup is another one.",
  fix: "Set 2, or the number after the highest that there was.",
};

/** @example "latest", "time 2026-11-27T02:00:00Z" */
export function inWords(from: string | Readonly<Record<string, string>>): string {
  return typeof from === "string" ? from : Object.entries(from).flat().join(" ");
}
