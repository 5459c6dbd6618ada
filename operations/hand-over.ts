import { containersOf, inspect, type Docker } from "./docker";
import { evidenceIn } from "./evidence";
import { runJob, type Follow, type Job } from "./job";
import { begin, records, standing, type Mark, type ReleaseFacts } from "./ledger";
import { edgeOf } from "./maintenance";
import { markName } from "./mark";
import { OperationError } from "./operation-error";
import { watch, type SwarmService, type Wanted } from "./rollout";
import { startServices, stopServices } from "./stopping";
import { runs } from "./tasks";
import { until } from "./until";

/** From the generation of a database that is live to the one that is declared. */
export interface HandOverOrder {
  release: ReleaseFacts;
  stack: string;
  /** The database's service. */
  service: string;
  /** Of the generation that is declared. */
  volume: string;
  /** What works without being asked, with what a task of it may take to its end. */
  workers: { name: string; graceSeconds: number }[];
  /** Puts the users of the live one out, and its last rows into the archive. */
  close: Job;
  /** Lets them in again. */
  open: Job;
  /** Makes a restored volume that generation; nothing where it begins empty. */
  finish?: Job;
  /** What was restored is the latest, of which more comes until the live one is closed. */
  follows: boolean;
}

export interface HandedOver {
  /** Another generation was live, or none was. */
  changed: boolean;
  /** The end of the release before, in the one that was live; none where that did not run. */
  mark?: Mark;
  /** The volume that was live; none where nothing ran, or the declared one is live already. */
  from?: string;
  /** How many tasks each of those that were stopped had. */
  stopped: Record<string, number>;
}

interface World {
  docker: Docker;
  follow: Follow;
  say: (line: string) => void;
}

const DATA = "/var/lib/postgresql/data";
const BECAUSE = "another generation of the database";
/** If whoever keeps visitors out is killed, the edge lets them in by itself. */
const CLOSED_SECONDS = 3600;
const MARGIN_SECONDS = 60;

/**
 * Ends the work on the live generation, so that nothing is written to it that the declared one would lack. What fails
 * here leaves the live one serving.
 */
export async function handOver(world: World, order: HandOverOrder): Promise<HandedOver> {
  const { docker, say } = world;
  const live = await liveVolume(docker, order.service);
  if (live === order.volume) {
    // A run that was killed in the middle of this, and whose change was then taken back, left them out.
    if (await runs(docker, order.service)) await mustRun(world, order.open);
    await letIn(world, order.stack);
    return { changed: false, stopped: {} };
  }
  if (live === undefined || !(await runs(docker, order.service))) {
    if (order.finish) await mustRun(world, order.finish);
    return { changed: true, stopped: {} };
  }
  say(`from ${live} to ${order.volume}`);
  const stopped = await drained(world, order.workers);
  const handed: HandedOver = { changed: true, from: live, stopped };
  try {
    await keptOut(world, order.stack);
    const mark = await closed(world, order, live);
    if (order.finish) await mustRun(world, order.follows ? again(order.finish) : order.finish);
    return { ...handed, ...(mark && { mark }) };
  } catch (error) {
    await takenBack(world, order, handed);
    throw error;
  }
}

export interface ArriveOrder {
  stack: string;
  services: Wanted[];
  limitSeconds: number;
  handed: HandedOver;
  service: string;
  open: Job;
  /** Its roles have the passwords of another day. */
  restored: boolean;
}

/** Waits until the declared generation serves and lets its users in; where it does not, the former one serves again. */
export async function arrive(world: World, order: ArriveOrder): Promise<{ seconds: number }> {
  const { docker, say } = world;
  const started = Date.now();
  const { from } = order.handed;
  try {
    await watch(docker, order.services, order.limitSeconds * 1000, say);
    if (from !== undefined || order.restored) await mustRun(world, order.open);
  } catch (error) {
    if (from === undefined) throw error;
    // Swarm goes back to the former specification by itself.
    const back = await until(120_000, async () =>
      (await liveVolume(docker, order.service)) === from && (await runs(docker, order.service)) ? true : undefined,
    );
    if (back) await takenBack(world, order, order.handed);
    const told = back ? `${from} serves again.` : `${from} does not serve again either; it is as it was.`;
    throw new OperationError(`${error instanceof Error ? error.message : String(error)}\n${told}`);
  }
  return { seconds: (Date.now() - started) / 1000 };
}

/** What was stopped for the hand-over runs again, in whatever release it is by now. */
export async function wake({ docker, say }: World, { stopped }: HandedOver): Promise<{ woken: string[] }> {
  const asleep = await inspect<SwarmService>(docker, "service", Object.keys(stopped));
  const names = asleep.flatMap(({ Spec }) => (Spec.Mode.Replicated?.Replicas === 0 ? [Spec.Name] : []));
  const counts = names.map((name) => `${name}=${stopped[name] ?? 1}`);
  if (counts.length > 0) await docker(["service", "scale", "--detach", ...counts]);
  if (names.length > 0) say(`started again: ${names.join(", ")}`);
  return { woken: names };
}

/** Visitors that were kept out for a hand-over are let in. */
export async function letIn(world: World, stack: string): Promise<{ over: boolean }> {
  const edge = await edgeOf(world.docker, stack, world.follow);
  const answer = (await edge?.<{ over: boolean }>("over", BECAUSE)) ?? { over: false };
  if (answer.over) world.say("visitors are let in again");
  return answer;
}

async function keptOut(world: World, stack: string): Promise<void> {
  const edge = await edgeOf(world.docker, stack, world.follow);
  await edge?.("briefly", String(CLOSED_SECONDS), BECAUSE);
  if (edge) world.say(`visitors are kept out for ${BECAUSE}`);
}

/** Its users are out, its last rows in the archive, and the release before has its end there. */
async function closed(
  world: World,
  { release, close }: Pick<HandOverOrder, "release" | "close">,
  live: string,
): Promise<Mark | undefined> {
  const former = standing(await records(world.docker, release.prefix));
  if (!former) {
    await mustRun(world, close);
    return undefined;
  }
  const { number } = await begin(world.docker, release);
  const name = markName(former.tag, number);
  const { lsn } = await mustRun<{ lsn: string }>(world, { ...close, command: [...close.command, name] });
  return { name, closes: former.number, lsn, generation: Number(/-g(\d+)$/.exec(live)?.[1]) };
}

/** Tasks end what they have begun; what comes meanwhile waits in the broker. */
async function drained({ docker, say }: World, workers: HandOverOrder["workers"]): Promise<HandedOver["stopped"]> {
  const services = await inspect<SwarmService>(
    docker,
    "service",
    workers.map(({ name }) => name),
  );
  const counts = services.flatMap(({ Spec }): [string, number][] => {
    const replicas = Spec.Mode.Replicated?.Replicas ?? 0;
    return replicas > 0 ? [[Spec.Name, replicas]] : [];
  });
  if (counts.length === 0) return {};
  const names = counts.map(([name]) => name);
  say(`ending the work of ${names.join(", ")}`);
  await stopServices(docker, names);
  const longest = Math.max(...workers.map(({ graceSeconds }) => graceSeconds)) + MARGIN_SECONDS;
  const gone = await until(longest * 1000, async () => {
    const left = await Promise.all(names.map((name) => containersOf(docker, name)));
    return left.flat().length === 0 ? true : undefined;
  });
  const stopped = Object.fromEntries(counts);
  if (!gone) {
    await startServices(docker, stopped, MARGIN_SECONDS * 1000, say);
    throw new OperationError(`${names.join(", ")}: not ended after ${longest} s, so the database stays as it is`);
  }
  return stopped;
}

/** As if nothing had been begun. What cannot be taken back is said, and hides nothing of why. */
async function takenBack(
  world: World,
  { stack, open }: Pick<HandOverOrder, "stack" | "open">,
  handed: HandedOver,
): Promise<void> {
  const steps: [string, () => Promise<unknown>][] = [
    ["the users of the database", () => mustRun(world, onVolume(open, handed.from))],
    ["the visitors", () => letIn(world, stack)],
    ["the workers", () => wake(world, handed)],
  ];
  for (const [what, step] of steps) {
    await step().catch((error: Error) => world.say(`${what} could not be let in again: ${error.message}`));
  }
}

async function mustRun<T extends object>({ docker, follow, say }: World, job: Job): Promise<T> {
  const { exitCode, log } = await runJob(docker, job, follow, say);
  const evidence = evidenceIn<T>(log);
  if (exitCode === 0 && evidence) return evidence;
  throw new OperationError([`${job.name} failed (exit code ${exitCode}):`, ...log.slice(-10)].join("\n  "));
}

/** The job sees the volume of the declared generation, and the one whose users it lets in is another. */
function onVolume(job: Job, source: string | undefined): Job {
  const volumes = (job.volumes ?? []).map((its) =>
    its.target === DATA && source !== undefined ? { ...its, source } : its,
  );
  return { ...job, volumes };
}

/** @param job of tidemark-archive finish */
function again(job: Job): Job {
  return { ...job, command: [...job.command, "again"] };
}

/** What the service has its data on, as its specification says. */
async function liveVolume(docker: Docker, service: string): Promise<string | undefined> {
  const [found] = await inspect<{
    Spec: { TaskTemplate: { ContainerSpec: { Mounts?: { Source?: string; Target: string }[] } } };
  }>(docker, "service", [service]);
  return found?.Spec.TaskTemplate.ContainerSpec.Mounts?.find(({ Target }) => Target === DATA)?.Source;
}
