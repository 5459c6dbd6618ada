import { message, type Way } from "../../operations/notify";
import type { Backup } from "../../settings/backup";
import { seconds } from "../../settings/units";

export interface Kept {
  /** In Docker's names. @example "shop-prod" */
  prefix: string;
  generation: number;
  backup: Pick<Backup, "behind" | "schedule" | "zone" | "keepUploads">;
  /** Of the uploads that are backed up too. @default none are */
  uploads?: number | undefined;
  /** How people are told of what fails. @default nobody is */
  notify?: Way | undefined;
}

/** In the containers that work on the backups. */
export const SUPERUSER = "/run/secrets/superuser";
export const STATE = "/var/lib/tidemark-keeper";
export const UPLOADS = "/uploads";

const DAY = 86_400;
/** After a first failure, after a second, … then somebody is told. */
const PAUSES = [60, 300, 900];

/** As images/keeper/tidemark-keeper reads it. */
export function keeperPlan({ prefix, generation, backup, uploads, notify }: Kept): string {
  const { behind, schedule, zone } = backup;
  const archive = (...words: string[]): string[] => ["tidemark-archive", ...words];
  const backUp = (kind: string): string[] => archive("backup", kind, prefix, String(generation), SUPERUSER);
  const ofUploads =
    uploads === undefined
      ? []
      : [
          {
            name: "uploads",
            when: schedule.uploads,
            command: ["tidemark-media", ...backupWords(prefix, uploads, backup)],
          },
          { name: "check", when: schedule.check, command: ["tidemark-media", "check", prefix] },
        ];
  const jobs = [
    { name: "full", when: schedule.full, command: backUp("full") },
    { name: "diff", when: schedule.diff, command: backUp("diff") },
    { name: "incr", when: schedule.incr, command: backUp("incr") },
    ...ofUploads,
    { name: "drill", when: schedule.drill, command: archive("drill", prefix, SUPERUSER, `${STATE}/drill`) },
  ].flatMap(({ when, ...its }) => (when === false ? [] : [{ ...its, when, limit: DAY }]));
  return JSON.stringify({
    stack: prefix,
    // A word half-way, and the segment with it is closed in the other half.
    heartbeat: Math.max(1, Math.floor(seconds(behind) / 2)),
    behind: seconds(behind),
    zone,
    pauses: PAUSES,
    jobs,
    ...(notify && { told: message(notify, { stack: prefix, what: "backups", who: "the keeper", why: "@@" }) }),
  });
}

/** As tidemark-media takes them. */
export function backupWords(
  prefix: string,
  generation: number,
  { keepUploads }: Pick<Backup, "keepUploads">,
): string[] {
  return ["backup", prefix, String(generation), UPLOADS, String(Math.ceil(seconds(keepUploads) / DAY))];
}
