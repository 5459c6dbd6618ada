import type { Docker } from "./docker";
import { runJob, type Finished, type Follow, type Job } from "./job";
import type { ReleaseFacts } from "./ledger";
import { titled, type Pending } from "./look";
import { migrationLog } from "./migration-log";
import { OperationError } from "./operation-error";
import type { Preflight } from "./preflight";
import { remembered } from "./remembered";

export interface MigrateOrder {
  release: ReleaseFacts;
  job: Job;
  /** The service of the stack's own database. */
  database?: string;
  /** What was found before anything moved; left out where nothing could be looked into. */
  before?: Before;
}

/** Of what the preflight found, what a migration hangs on. */
export interface Before extends Pick<Preflight, "ahead" | "unasked"> {
  pending: Pending[];
  together: boolean;
}

export interface Migrated {
  ran: string[];
  seconds: number;
}

/** Keeps visitors out while something is done. */
export type KeepOut = <T>(
  stack: string,
  why: { because: string; seconds: number },
  work: () => Promise<T>,
) => Promise<T>;

export interface World {
  docker: Docker;
  follow: Follow;
  say: (line: string) => void;
  keepOut: KeepOut;
}

/** Runs a release's migrations; what fails is named, and no service has moved. */
export async function migrate(world: World, order: MigrateOrder): Promise<Migrated> {
  const { docker, follow, say } = world;
  const { before, job } = order;
  const { tag } = order.release;
  if (before && before.ahead.length > 0) {
    say(`migrate: left out, for the database is ahead of ${tag} by ${before.ahead.join(", ")}`);
    return { ran: [], seconds: 0 };
  }
  if (before?.unasked || (await remembered(docker, order.release, order.database))) {
    say(`migrate: left out, for the database cannot be asked, and ${tag} was a good release before`);
    return { ran: [], seconds: 0 };
  }
  const finished = await keptOut(world, order, () => runJob(docker, job, follow, say));
  const { exitCode, seconds, log } = finished;
  if (exitCode !== 0) throw new OperationError(obituary({ tag, before }, finished));
  const { ran } = migrationLog(log, exitCode);
  // A log that does not name them is no sign that none ran.
  return { ran: ran.length > 0 ? ran : (before?.pending ?? []).map(({ name }) => name), seconds };
}

/** Visitors are kept out only for as long as a migration runs that was marked so. */
export async function keptOut<T>(
  { keepOut }: Pick<World, "keepOut">,
  { release: { prefix }, before, job: { limitSeconds } }: Pick<MigrateOrder, "release" | "before" | "job">,
  work: () => Promise<T>,
): Promise<T> {
  const marked = (before?.pending ?? []).filter(({ maintenance }) => maintenance);
  if (marked.length === 0) return work();
  const why = { because: `migration ${marked.map(titled).join(", ")}`, seconds: limitSeconds };
  return keepOut(prefix, why, work);
}

/** What an operator reads of a migration that failed. */
export function obituary(
  { tag, before }: { tag: string; before?: Before | undefined },
  { exitCode, log }: Pick<Finished, "exitCode" | "log">,
): string {
  const { ran, failed, error } = migrationLog(log, exitCode);
  const one = before?.pending.find(({ name }) => name === failed);
  const name = failed === undefined ? "migrate" : `migration ${titled(one ?? { name: failed })}`;
  // What matters most comes last: of a long error Pulumi repeats the end.
  return [
    "The last lines of its log:",
    ...log.slice(-10).map((line) => `  ${line}`),
    `${name} of ${tag} failed (exit code ${exitCode}), so no service has moved:`,
    ...error.map((line) => `  ${line}`),
    ...advice(error.join("\n")).map((line) => `  ${line}`),
    ...(failed === undefined ? [] : [`  ${left(one, ran, before?.together ?? false)}`]),
  ].join("\n");
}

/** What of it is in the database now. */
function left(failed: Pending | undefined, ran: readonly string[], together: boolean): string {
  const others = ran.length === 0 ? "" : ran.join(", ");
  if (failed === undefined)
    return `Whether a part of it is in the database: ask that.${others && ` Applied before it: ${others}.`}`;
  if (!failed.atomic)
    return `It runs in no transaction, so a part of it may be in the database.${others && ` Applied before it: ${others}.`}`;
  if (together) return `PostgreSQL rolled all of it back${others && `, and ${others} with it`}.`;
  return `PostgreSQL rolled all of it back.${others && ` Those before it stay applied: ${others}.`}`;
}

function advice(error: string): string[] {
  if (/lock timeout/.test(error))
    return [
      "Somebody used the table for longer than release.lockTimeout. Try again at a quieter hour, or set it higher.",
    ];
  if (/statement timeout/.test(error)) return ["It took longer than release.statementTimeout."];
  return [];
}
