import type { Api } from "./api";
import { cleanUp } from "./clean-up";
import { inspect, type Docker } from "./docker";
import { switchEdge, type SwitchOrder } from "./edge-switch";
import type { Follow } from "./job";
import {
  begin,
  finish,
  forgetOldest,
  records,
  standing,
  type Outcome,
  type ReleaseFacts,
  type ReleaseRecord,
} from "./ledger";
import type { Marked } from "./mark";
import { newsOf, notify, type News, type Way } from "./notify";
import { observe, type Limits, type Observed } from "./observe";
import { OperationError } from "./operation-error";
import { inWords } from "./running";
import { watch, type ServiceSpec, type SwarmService, type Wanted } from "./rollout";
import { ages } from "./secret-ages";
import { takeBack } from "./take-back";
import { runs } from "./tasks";

/** A release that is declared, to be brought to its end. */
export interface Roll {
  release: ReleaseFacts;
  services: Wanted[];
  /** How long the services may take. */
  limitSeconds: number;
  edge: SwitchOrder;
  /** Services without which nothing can answer, so that there is no use in asking. */
  needed: string[];
  /** How long it is observed after the roll, what is allowed meanwhile, and what a no-go does. */
  observe: { seconds: number; limits: Limits; action: "tell" | "rollback" };
  notify?: Way;
  /** What its image knows of migrations, and which of them it ran. */
  migrations?: Outcome["migrations"];
  /** How the newest release began that brought images: a change of settings alone begins here, and has no point. */
  began: Marked;
  /** Each secret's keyed hash. */
  secrets?: Record<string, string>;
}

export interface World {
  docker: Docker;
  api: Api;
  follow: Follow;
  say: (line: string) => void;
}

export interface Rolled {
  number: number;
  services: number;
  seconds: number;
  observed?: Observed;
}

/** Watches a release until all of it runs and answers, and writes that down; when it does not, takes all of it back. */
export async function roll(world: World, order: Roll): Promise<Rolled> {
  const { docker, say } = world;
  const { release, services, edge } = order;
  const started = Date.now();
  const { number } = await begin(docker, release);
  const all = await records(docker, release.prefix);
  const former = standing(all);
  const tell = (what: News["what"], record: ReleaseRecord): Promise<void> | undefined =>
    order.notify && notify(docker, order.notify, newsOf(release.prefix, what, record, former), world.follow, say);

  let observed: Observed | undefined;
  try {
    await watch(docker, services, order.limitSeconds * 1000, say);
    const asleep = await notRunning(docker, order.needed);
    if (asleep.length > 0) say(`${asleep.join(", ")} does not run, so nothing is asked through the edge`);
    const { smoke: _, ...silent } = edge;
    await switchEdge(docker, asleep.length === 0 ? edge : silent, world.follow, say);
    observed = await observation(world, order);
    if (observed?.go === false && order.observe.action === "rollback") {
      throw new OperationError(`no-go: ${observed.why}`);
    }
  } catch (error) {
    if (!(error instanceof OperationError)) throw error;
    const { back, told } = await undo(world, order, former);
    const [cause = ""] = error.message.split("\n");
    const why = back || !former ? cause : `${cause}; ${told.split("\n")[0]}`;
    const record = await finish(docker, release, { result: back ? "fell back" : "failed", why });
    await tell(back ? "fall-back" : "failure", record);
    throw new OperationError(`${error.message}\n${told}`);
  }

  const record = await finish(docker, release, {
    result: "good",
    services: await specsOf(docker, services),
    edge: edge.to,
    ...broughtBy(order, number),
    ...(order.secrets && { secrets: ages(former?.secrets, order.secrets, new Date()) }),
    ...(observed && { observed }),
    ...(order.notify && { notify: order.notify }),
  });
  say(`written down as release ${record.number}`);
  if (!former || inWords(former.images, record.images).length > 0) {
    await tell(wentBack(all, former, record) ? "rollback" : "release", record);
  }
  if (observed?.go === false) await tell("no-go", { ...record, why: observed.why ?? "" });
  await forgetOldest(docker, release.prefix);
  await cleanUp(docker, release.prefix, record, say);
  const seconds = (Date.now() - started) / 1000;
  return { number: record.number, services: services.length, seconds, ...(observed && { observed }) };
}

/** Point and migrations of the release that brought them, not of each one after it. */
export function broughtBy({ began, migrations }: Pick<Roll, "began" | "migrations">, number: number): Partial<Outcome> {
  const its = began.number === number;
  return {
    ...(migrations && { migrations: its ? migrations : { ...migrations, ran: [] } }),
    ...(its && began.mark && { mark: began.mark }),
  };
}

/** Those of which no task runs: scaled to nothing, or dead. */
async function notRunning(docker: Docker, services: readonly string[]): Promise<string[]> {
  const running = await Promise.all(services.map((name) => runs(docker, name)));
  return services.filter((_, at) => !running[at]);
}

async function observation({ docker, say }: World, order: Roll): Promise<Observed | undefined> {
  const { seconds, limits } = order.observe;
  if (seconds === 0) return undefined;
  const edge = `${order.release.prefix}-edge`;
  say(`observing for ${seconds} s`);
  const processes = order.services.filter(({ name }) => name !== edge);
  const observed = await observe(docker, { edge, processes, limits, forMs: seconds * 1000 }, say);
  say(observed.go ? "go" : `no-go: ${observed.why}`);
  return observed;
}

/** Its images were first good before those of the release that it follows. */
export function wentBack(
  all: readonly ReleaseRecord[],
  former: ReleaseRecord | undefined,
  { images }: Pick<ReleaseRecord, "images">,
): boolean {
  const first = (its: ReleaseRecord["images"]): number =>
    Math.min(
      ...all.flatMap((one) => (one.result === "good" && inWords(one.images, its).length === 0 ? one.number : [])),
    );
  return former !== undefined && first(images) < first(former.images);
}

async function specsOf(docker: Docker, services: readonly Wanted[]): Promise<Record<string, ServiceSpec>> {
  const names = services.map(({ name }) => name);
  const all = await inspect<SwarmService>(docker, "service", names);
  return Object.fromEntries(all.map(({ Spec }) => [Spec.Name, Spec]));
}

/** Whether all of the former release runs again, and what the operator reads of it. */
async function undo(
  world: World,
  { services, edge }: Roll,
  former: ReleaseRecord | undefined,
): Promise<{ back: boolean; told: string }> {
  if (!former?.services) {
    return { back: false, told: "There is no earlier release to go back to; what runs stays as it is." };
  }
  const started = Date.now();
  const names = services.map(({ name }) => name);
  const failures: string[] = [];
  const failed = ({ message }: Error): undefined => void failures.push(message);
  const taken = await takeBack(world, former, names).catch(failed);
  // Also where not all services came back: those that did are behind it.
  if (former.edge) {
    await switchEdge(world.docker, { job: edge.job, to: former.edge }, world.follow, world.say).catch(failed);
  }
  if (!taken || failures.length > 0) {
    return { back: false, told: `Nor could all of it be taken back: ${failures.join("\n")}` };
  }
  const { back, removed } = taken;
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  const lines = [
    `Back on ${former.tag} after ${seconds} s: ${back.join(", ") || "no service had moved"}.`,
    ...(removed.length > 0 ? [`Removed, for ${former.tag} had none of it: ${removed.join(", ")}.`] : []),
  ];
  return { back: true, told: lines.join("\n") };
}
