import { ahead, aheadInRecords } from "./ahead";
import type { Docker } from "./docker";
import { runJob, type Follow, type Job } from "./job";
import { records, standing, type Migration, type ReleaseFacts, type ReleaseRecord } from "./ledger";
import { look, runningNow, titled, Unreachable, type Finding, type Known, type Look } from "./look";
import { OperationError } from "./operation-error";
import { remembered, wasGood } from "./remembered";
import { digestIn } from "./release-images";

export interface PreflightOrder {
  release: ReleaseFacts;
  stack: string;
  /** Looks into the new image; none where its framework cannot be asked. */
  look?: Job;
  /** The service whose image runs now. */
  running: string;
  /** The service of the stack's own database. */
  database?: string;
  /** Further checks. */
  checks: Check[];
  /** Numbers of what the settings accept, in their order, and of what Tidemark does. */
  accept: string[];
  acceptedAnyway: string[];
  onAhead: "refuse" | "allow";
}

export interface Check {
  command: string[];
  job: Job;
}

/** What is known before anything moves. */
export interface Preflight {
  /** Left out where nothing could be looked into. */
  migrations?: Pick<Look, "known" | "pending" | "together">;
  /** Migrations by which the database is ahead, and is allowed to be. */
  ahead: string[];
  /** The database could not be asked, so the release is taken as it was when it was good. */
  unasked?: boolean;
  checks: { command: string; seconds: number }[];
  seconds: number;
}

/** Asks the new image whether it may be released; nothing has moved. What is wrong is told all together. */
export async function preflight(
  docker: Docker,
  order: PreflightOrder,
  follow: Follow,
  say: (line: string) => void,
): Promise<Preflight> {
  const started = Date.now();
  const known = await remembered(docker, order.release, order.database);
  if (known) return fromMemory(docker, order, known, say);
  let found: Look | undefined;
  try {
    found = order.look && (await look(docker, order.look, follow, say));
  } catch (error) {
    const good = error instanceof Unreachable && (await wasGood(docker, order.release));
    if (!good) throw error;
    return fromMemory(docker, order, good, say);
  }
  const before =
    found &&
    (await aheadOf(docker, { prefix: order.release.prefix, running: order.running }, order.look!, found, follow, say));
  if (found) for (const line of inWords(found)) say(line);
  const checked = await runChecks(docker, order.checks, follow, say);
  const problems = [
    ...(found ? objections(found.findings, order) : []),
    ...checked.flatMap(({ problem }) => problem ?? []),
    ...(before && before.length > 0 && order.onAhead === "refuse"
      ? [aheadProblem(before, { tag: order.release.tag, stack: order.stack })]
      : []),
  ];
  if (problems.length > 0) throw new OperationError(refusal(order.release.tag, problems));
  return {
    ...(found && { migrations: { known: found.known, pending: found.pending, together: found.together ?? false } }),
    // One that runs on such a database already is not refused, but it cannot be migrated either.
    ahead: [...new Set([...(before ?? []).map(({ name }) => name), ...(found?.lost ?? [])])],
    checks: checked.map(({ command, seconds }) => ({ command, seconds })),
    seconds: (Date.now() - started) / 1000,
  };
}

/** Of what was good before only the guard is asked: all that the running release knows is taken for applied. */
async function fromMemory(
  docker: Docker,
  { release, stack, running, onAhead }: PreflightOrder,
  { number, migrations }: ReleaseRecord,
  say: (line: string) => void,
): Promise<Preflight> {
  say(`preflight: the database cannot be asked, so ${release.tag} is taken as it was as release ${number}`);
  const all = await records(docker, release.prefix);
  const known = recorded(all, (await runningNow(docker, running))?.image) ?? standing(all)?.migrations?.known ?? [];
  const before = migrations ? aheadInRecords(known, migrations.known, all) : [];
  if (before.length > 0 && onAhead === "refuse") {
    const problem = aheadProblem(
      before.map((name) => ({ name })),
      { tag: release.tag, stack },
    );
    throw new OperationError(refusal(release.tag, [problem]));
  }
  return {
    ...(migrations && { migrations: { known: migrations.known, pending: [], together: false } }),
    ahead: before,
    unasked: true,
    checks: [],
    seconds: 0,
  };
}

/** What a release's image knows, as it is written down. */
function recorded(all: readonly ReleaseRecord[], image: string | undefined): Migration[] | undefined {
  const digest = digestIn(image);
  const record = all.find(
    ({ images, migrations }) => migrations && Object.values(images).some((one) => digestIn(one) === digest),
  );
  return record?.migrations?.known;
}

/** What an operator reads of a look that found nothing wrong. */
export function inWords({ pending }: Pick<Look, "pending">): string[] {
  if (pending.length === 0) return ["preflight: no migration is pending"];
  return pending.map(
    (one) =>
      `preflight: ${titled(one)} is pending${one.maintenance ? ", with visitors kept out" : ""}${one.atomic ? "" : ", not in a transaction"}`,
  );
}

/** What of the findings stops a release: each as its lines. */
export function objections(
  findings: readonly Finding[],
  { stack, accept, acceptedAnyway }: Pick<PreflightOrder, "stack" | "accept" | "acceptedAnyway">,
): string[][] {
  const accepted = [...accept, ...acceptedAnyway];
  const open = [...findings]
    .sort((a, b) => a.id.localeCompare(b.id))
    // A warning without a number could never be accepted, so it is no more than that.
    .filter(({ id, level }) => level === "error" || (id !== "" && !accepted.includes(id)));
  const numbers = [...new Set(open.flatMap(({ id, level }) => (level === "warning" ? [id] : [])))];
  return open.map(({ id, level, text }) => {
    const [first = "", ...rest] = text.split("\n");
    const at = accept.length + numbers.indexOf(id);
    const how = `If it is meant so: pulumi config set --path 'release.accept[${at}]' ${id} --stack ${stack}`;
    return [`${id || "an error"}: ${first}`, ...rest, ...(level === "warning" ? [how] : [])];
  });
}

export function aheadProblem(
  before: readonly Pick<Known, "name" | "title">[],
  { tag, stack }: { tag: string; stack: string },
): string[] {
  return [
    `The database is ahead of ${tag}: the release that runs has applied what ${tag} does not know.`,
    ...before.map((one) => `  ${titled(one)}`),
    "There are three ways on:",
    `  You know that ${tag} can live with them; migrate is then left out:`,
    `    pulumi config set --path database.onAhead allow --stack ${stack}`,
    "    and afterwards, for the next one to be refused again:",
    `    pulumi config rm --path database.onAhead --stack ${stack}`,
    "  The data go back too, to how they were at its end (comes with recovery):",
    `    npx tidemark rollback ${tag} --with-data --stack ${stack}`,
    "  A newer tag, which knows them:",
    `    pulumi config set tag TAG --stack ${stack}`,
  ];
}

export function refusal(tag: string, problems: readonly (readonly string[])[]): string {
  return [
    `preflight of ${tag}: ${problems.length} to put right, and nothing has moved`,
    ...problems.flatMap(([first, ...rest]) => [`  ${first}`, ...rest.map((line) => `    ${line}`)]),
  ].join("\n");
}

/** Migrations by which the database is ahead of what was looked into. */
export async function aheadOf(
  docker: Docker,
  { prefix, running }: { prefix: string; running: string },
  job: Job,
  target: Look,
  follow: Follow,
  say: (line: string) => void,
): Promise<Pick<Known, "name" | "title">[]> {
  const all = await records(docker, prefix);
  const history = all.flatMap(({ migrations }) => migrations?.known ?? []);
  const known = await knownToRunning(docker, running, all, job, target, follow, say);
  const names = ahead({ applied: target.applied, running: known, target, history });
  const lost = known === target.known ? [] : (target.lost ?? []).filter((name) => !names.includes(name));
  const titles = new Map([...history, ...(known ?? [])].map((one) => [one.name, one] as const));
  return [...names, ...lost].map((name) => titles.get(name) ?? { name });
}

/** What the release that runs knows: as it is written down, else as its image says; undefined when neither can be had. */
async function knownToRunning(
  docker: Docker,
  service: string,
  all: readonly ReleaseRecord[],
  job: Job,
  target: Look,
  follow: Follow,
  say: (line: string) => void,
): Promise<Known[] | undefined> {
  const running = await runningNow(docker, service);
  if (!running) return standing(all)?.migrations?.known ?? [];
  const digest = digestIn(running.image);
  if (digest === digestIn(job.image)) return target.known;
  const written = recorded(all, running.image);
  if (written) return written;
  say(`preflight: no record says which migrations ${running.image} knows, so it is asked itself`);
  try {
    const its = { ...job, name: `${job.name}-running`, image: running.image, secrets: running.secrets ?? [] };
    return (await look(docker, its, follow, say)).known;
  } catch (error) {
    if (!(error instanceof OperationError)) throw error;
    say(`preflight: it cannot say, so whatever is in the database is taken for its: ${error.message}`);
    return undefined;
  }
}

interface Checked {
  command: string;
  seconds: number;
  problem?: string[][];
}

async function runChecks(
  docker: Docker,
  checks: readonly Check[],
  follow: Follow,
  say: (line: string) => void,
): Promise<Checked[]> {
  const all: Checked[] = [];
  for (const { command: argv, job } of checks) {
    const command = argv.join(" ");
    const { exitCode, seconds, log } = await runJob(docker, job, follow, say);
    say(`preflight: ${command} ended with exit code ${exitCode} after ${seconds.toFixed(1)} s`);
    const problem = [`${command} ended with exit code ${exitCode}; its last lines:`, ...log.slice(-20).map(indented)];
    all.push({ command, seconds, ...(exitCode !== 0 && { problem: [problem] }) });
  }
  return all;
}

function indented(line: string): string {
  return `  ${line}`;
}
