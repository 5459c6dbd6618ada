import { inspect, type Docker } from "./docker";
import { evidenceIn } from "./evidence";
import type { HandedOver } from "./hand-over";
import { runJob, type Follow, type Job } from "./job";
import { begin, records, standing, type Mark, type ReleaseFacts, type ReleaseRecord } from "./ledger";
import { OperationError } from "./operation-error";
import { runs } from "./tasks";

export interface MarkOrder {
  release: ReleaseFacts;
  /** Makes the restore point; its last two arguments, the name and the password's file, are added here. */
  job?: Job;
  /** The service whose data is marked. */
  database?: string;
  /** That it serves. */
  generation?: number;
  /** Backs the uploads up; the mark's name is added here. */
  uploads?: Job;
  /** What came of the way to that generation: in a new one lies nothing of the release before. */
  handed?: HandedOver;
}

/** What the beginning of a release came to. */
export interface Marked {
  number: number;
  /** The end of the release before; none where there was nothing to mark. */
  mark?: Mark;
}

/** Where they lie in the job, and which of its words is their generation. */
const UPLOADS = "/uploads";
const GENERATION = 3;
/** Where the superuser's password lies in the job. */
const PASSWORD = "/run/secrets/superuser";

/** Begins a release: numbers it, and closes the one before with a point to which its data can be brought back. */
export async function mark(
  docker: Docker,
  order: MarkOrder,
  follow: Follow,
  say: (line: string) => void,
): Promise<Marked> {
  const { release, uploads } = order;
  const former = standing(await records(docker, release.prefix));
  const { number } = await begin(docker, release);
  const made = former && (await pointOf(docker, order, former, number, follow, say));
  if (!made || !uploads) return { number, ...(made && { mark: made }) };
  // After the point: what a row of the database names is in it.
  const job = ofLive(uploads, await liveUploadsVolume(docker, release.prefix));
  const named = { ...job, command: [...job.command, made.name] };
  const { snapshot } = await evidenceOf<{ snapshot: string }>(docker, named, follow, say);
  return { number, mark: { ...made, snapshot } };
}

/** Where uploads are restored in this release, the declared ones are not those of the release before. */
function ofLive(job: Job, live: string | undefined): Job {
  const declared = job.volumes?.find(({ target }) => target === UPLOADS)?.source;
  if (live === undefined || declared === undefined || live === declared) return job;
  const generation = /-g(\d+)$/.exec(live)?.[1] ?? "";
  return {
    ...job,
    command: job.command.map((word, at) => (at === GENERATION ? generation : word)),
    volumes: (job.volumes ?? []).map((one) => (one.target === UPLOADS ? { ...one, source: live } : one)),
  };
}

/** What visitors see; none where there is no edge yet. */
async function liveUploadsVolume(docker: Docker, prefix: string): Promise<string | undefined> {
  const [edge] = await inspect<{ Spec: { TaskTemplate: { ContainerSpec: { Mounts?: { Source?: string }[] } } } }>(
    docker,
    "service",
    [`${prefix}-edge`],
  );
  const sources = (edge?.Spec.TaskTemplate.ContainerSpec.Mounts ?? []).map(({ Source = "" }) => Source);
  return sources.find((source) => source.startsWith(`${prefix}-media-g`));
}

/** The end of the release before; nothing where there is no database that runs. */
async function pointOf(
  docker: Docker,
  { job, database, generation, handed }: MarkOrder,
  former: ReleaseRecord,
  number: number,
  follow: Follow,
  say: (line: string) => void,
): Promise<Mark | undefined> {
  if (!job) return undefined;
  if (handed?.changed) return handed.mark;
  if (database !== undefined && !(await runs(docker, database))) {
    say("the database does not run, so there is nothing to mark");
    return undefined;
  }
  const name = markName(former.tag, number);
  const order = { ...job, command: [...job.command, name, PASSWORD] };
  const { lsn } = await evidenceOf<{ lsn: string }>(docker, order, follow, say);
  return { name, closes: former.number, lsn, ...(generation !== undefined && { generation }) };
}

async function evidenceOf<T extends object>(
  docker: Docker,
  job: Job,
  follow: Follow,
  say: (line: string) => void,
): Promise<T> {
  const { exitCode, log } = await runJob(docker, job, follow, say);
  const evidence = evidenceIn<T>(log);
  if (exitCode === 0 && evidence) return evidence;
  throw new OperationError([`no restore point, so no release (exit code ${exitCode}):`, ...log.slice(-5)].join("\n  "));
}

/** PostgreSQL takes names of up to 63 bytes. */
const TAG_LENGTH = 40;

/** The number is that of the release which begins: a tag may be closed twice, and recovery stops at the first point of a name. */
export function markName(formerTag: string, number: number): string {
  return `end-of-${formerTag.slice(0, TAG_LENGTH)}-${number}`;
}
