import type { Backup as Settings } from "../settings/backup";
import { duration } from "../toolchain/duration";
import { containersOf, DockerError, type Docker } from "./docker";
import type { Advice } from "./status";

/** What the keeper says of itself. Times are ISO. */
export interface KeeperStatus {
  since: string;
  /** Seconds that the archive may be behind. */
  behind: number;
  /** Files of changes that wait to be archived, and for how long the oldest does; null where the database does not answer. */
  archive: { waiting: number; age: number } | null;
  /** What people were told is wrong. */
  told: string[];
  jobs: {
    name: string;
    /** As in the settings. */
    when: string;
    /** When it succeeded last. */
    well: string | null;
    last?: { ok: boolean; ended: string; said: string[]; evidence?: Drill };
  }[];
}

/** What a drill measured, in seconds. */
export interface Drill {
  rto?: number;
  rpo?: number | null;
  rows?: number;
}

/** Nothing where no keeper runs on this host. */
export async function keeperStatus(docker: Docker, prefix: string): Promise<KeeperStatus | undefined> {
  const [keeper] = await containersOf(docker, `${prefix}-keeper`);
  if (keeper === undefined) return undefined;
  try {
    return JSON.parse(await docker(["exec", keeper, "tidemark-keeper", "status"])) as KeeperStatus;
  } catch (error) {
    // It can end between the two questions.
    if (error instanceof DockerError && (error.absent || /is not running/.test(error.said))) return undefined;
    throw error;
  }
}

/** In a few lines: how old what is, and where it lies. */
export function keeperLines(
  { jobs, archive }: KeeperStatus,
  { volume, s3 }: Pick<Settings, "volume" | "s3">,
  now: number,
): string[] {
  const age = (at: string | null): string => (at === null ? "none by the plan yet" : `${ago(at, now)} ago`);
  const backups = jobs.filter(({ name }) => name !== "drill").map(({ name, well }) => `${name} ${age(well)}`);
  const waits =
    archive === null || archive.waiting === 0 ? "" : `, ${archive.waiting} waiting for ${duration(archive.age)}`;
  const drill = jobs.find(({ name }) => name === "drill");
  const { rto, rpo } = drill?.last?.evidence ?? {};
  const figures =
    rto === undefined
      ? ""
      : `, back in ${duration(rto)}${rpo === undefined || rpo === null ? "" : `, up to ${duration(rpo)} before it`}`;
  return [
    `backups: ${backups.join(", ")}; the archive ${archive === null ? "is not asked, for the database does not answer" : `goes on${waits}`}`,
    ...(drill ? [`drill: ${drill.well === null ? "none by the plan yet" : `${age(drill.well)}${figures}`}`] : []),
    ...(volume && !s3 ? ["RED: the backups lie on the database's own disk alone. What outlives it: backup.s3"] : []),
  ];
}

/** What is wrong with the backups: told already, too old, or failed. */
export function keeperAdvice({ since, jobs, told }: KeeperStatus, stack: string, now: number): Advice[] {
  const typed = (verb: string): string => `npx tidemark ${verb} --stack ${stack}`;
  const late = jobs.flatMap(({ name, when, well, last }): Advice[] => {
    const age = (now - Date.parse(well ?? since)) / 1000;
    const failed = last && !last.ok;
    if (!failed && age < 2 * period(when) + GRACE) return [];
    const what = failed
      ? `The keeper's ${name} failed ${ago(last.ended, now)} ago: ${last.said.slice(0, 3).join(" ")}`
      : `The keeper's ${name}, planned ${when}, did not succeed for ${duration(age)}.`;
    return [
      { what, type: [name === "drill" ? typed("drill") : typed("backup now --kind full"), typed("logs keeper")] },
    ];
  });
  const known = told.filter((text) => !jobs.some(({ name }) => text.startsWith(`${name} failed`)));
  return [...known.map((what) => ({ what, type: [typed("logs postgres"), typed("logs keeper")] })), ...late];
}

/** A backup takes its time, and a first one comes at its hour. */
const GRACE = 6 * 3600;
const DAY = 86_400;
const UNITS = { m: 60, h: 3600, d: DAY } as const;

/** How long it is from one time to the next at most, in seconds. */
export function period(when: string): number {
  const [, count, unit] = /^every (\d+)([mhd])$/.exec(when) ?? [];
  if (count !== undefined) return Number(count) * UNITS[unit as keyof typeof UNITS];
  if (when.startsWith("daily")) return DAY;
  return when.startsWith("monthly") ? 62 * DAY : 7 * DAY;
}

function ago(at: string, now: number): string {
  return duration(Math.max(0, (now - Date.parse(at)) / 1000));
}
