import type { From } from "../settings/database";
import { duration } from "../toolchain/duration";
import type { Backup } from "./archive";
import { containersOf, DockerError, type Docker } from "./docker";
import { evidenceIn } from "./evidence";
import type { Marks } from "./restore-source";

/** From what a generation would be restored. */
export interface RestorePlan extends Pick<Backup, "kind" | "stopped" | "bytes" | "repository"> {
  /** The generation that it comes from. */
  from: number;
  backup: string;
  /** ISO; null of a mark, of which the archive knows the place alone. */
  until: string | null;
}

/** Why it would not be, in the archive's own words. */
export interface Refused {
  refused: string[];
}

/** With this tidemark-archive refuses. */
const REFUSED = 78;

/** Which snapshot the uploads would be taken from. */
export interface UploadsPlan {
  snapshot: string;
  at: string;
  repository: "volume" | "s3";
}

/**
 * Asks the keeper, which can read the repositories. Nothing where none runs on this host: then whoever restores finds out.
 * @param question tidemark-archive or tidemark-media, with its words
 */
export async function asked<T extends object>(
  docker: Docker,
  prefix: string,
  question: readonly string[],
): Promise<T | Refused | undefined> {
  const [keeper] = await containersOf(docker, `${prefix}-keeper`);
  if (keeper === undefined) return undefined;
  try {
    return evidenceIn<T>((await docker(["exec", keeper, ...question])).split("\n"));
  } catch (error) {
    if (!(error instanceof DockerError)) throw error;
    if (error.exitCode === REFUSED) return { refused: error.said.trim().split("\n") };
    // It can end between the two questions.
    if (error.absent || /is not running/.test(error.said)) return undefined;
    throw error;
  }
}

/** What tidemark-archive is asked. */
export function databaseQuestion(
  prefix: string,
  generation: number,
  target: readonly string[],
  repository?: Backup["repository"],
): string[] {
  const reading = repository === undefined ? [] : ["--repository", repository];
  return ["tidemark-archive", ...reading, "plan", prefix, String(generation), ...target];
}

/** What a preview says of it. */
export function planInWords(
  { from: source, repository, backup, kind, stopped, until }: RestorePlan,
  { generation, from, marks, now }: { generation: number; from: From; marks: Marks; now: number },
): string[] {
  const what = `database: generation ${generation} comes from generation ${source}, ${kind} backup ${backup} of ${stopped} in ${repository === "s3" ? "the bucket" : "the volume"}`;
  if (from === "latest")
    return [
      `${what}, up to the last row where that is live, else up to ${until ?? stopped}, the newest in the archive`,
    ];
  const end = until ?? (typeof from === "object" && "mark" in from ? marks[from.mark]?.at : undefined);
  if (end === undefined || end === null) return [what];
  return [
    `${what}, up to ${end}`,
    `database: what was written in the ${duration((now - Date.parse(end)) / 1000)} since then is not in it; the generation that is live now keeps it`,
  ];
}

export function uploadsInWords({ snapshot, at, repository }: UploadsPlan, generation: number): string {
  const where = repository === "s3" ? "the bucket" : "the volume";
  return `media: generation ${generation} comes from snapshot ${snapshot} of ${at} in ${where}`;
}
