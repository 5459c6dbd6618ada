import type { Docker } from "./docker";
import { evidenceIn } from "./evidence";
import type { HandedOver } from "./hand-over";
import { runJob, type Follow, type Job } from "./job";
import { begin, records, standing, type Mark, type ReleaseFacts } from "./ledger";
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
  /** What came of the way to that generation: in a new one lies nothing of the release before. */
  handed?: HandedOver;
}

/** What the beginning of a release came to. */
export interface Marked {
  number: number;
  /** The end of the release before; none where there was nothing to mark. */
  mark?: Mark;
}

/** Where the superuser's password lies in the job. */
const PASSWORD = "/run/secrets/superuser";

/** Begins a release: numbers it, and closes the one before with a point to which its data can be brought back. */
export async function mark(
  docker: Docker,
  { release, job, database, generation, handed }: MarkOrder,
  follow: Follow,
  say: (line: string) => void,
): Promise<Marked> {
  const former = standing(await records(docker, release.prefix));
  const { number } = await begin(docker, release);
  if (!former || !job) return { number };
  if (handed?.changed) return { number, ...(handed.mark && { mark: handed.mark }) };
  if (database !== undefined && !(await runs(docker, database))) {
    say("the database does not run, so there is nothing to mark");
    return { number };
  }
  const name = markName(former.tag, number);
  const order = { ...job, command: [...job.command, name, PASSWORD] };
  const { exitCode, log } = await runJob(docker, order, follow, say);
  const evidence = evidenceIn<{ lsn: string }>(log);
  if (exitCode !== 0 || !evidence) {
    throw new OperationError(
      [`no restore point, so no release (exit code ${exitCode}):`, ...log.slice(-5)].join("\n  "),
    );
  }
  const lies = generation !== undefined && { generation };
  return { number, mark: { name, closes: former.number, lsn: evidence.lsn, ...lies } };
}

/** PostgreSQL takes names of up to 63 bytes. */
const TAG_LENGTH = 40;

/** The number is that of the release which begins: a tag may be closed twice, and recovery stops at the first point of a name. */
export function markName(formerTag: string, number: number): string {
  return `end-of-${formerTag.slice(0, TAG_LENGTH)}-${number}`;
}
