import type { Api } from "./api";
import { cleanUp } from "./clean-up";
import { inspect, type Docker } from "./docker";
import { runJob, type Follow, type Job } from "./job";
import { finish, forgetOldest, records, standing, type Outcome, type ReleaseFacts, type ReleaseRecord } from "./ledger";
import { OperationError } from "./operation-error";
import { watch, type ServiceSpec, type SwarmService, type Wanted } from "./rollout";
import { takeBack } from "./take-back";

/** A release that is declared, to be brought to its end. */
export interface Roll {
  release: ReleaseFacts;
  services: Wanted[];
  /** How long the services may take. */
  limitSeconds: number;
  edge?: EdgeSwitch;
  /** What its image knows of migrations, and which of them it ran. */
  migrations?: Outcome["migrations"];
  mark?: Outcome["mark"];
  /** Each secret's keyed hash. */
  secrets?: Record<string, string>;
}

/** How the edge comes to serve a release, or a former one again. */
export interface EdgeSwitch {
  /** Without its arguments: they say what to switch to. */
  job: Job;
  hash: string;
  /** The release whose static files come first; null where there are none. */
  static: string | null;
  /** Where the job sees the requests that prove it. */
  smoke: string;
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
}

/** Watches a release until all of it runs and answers, and writes that down; when it does not, takes all of it back. */
export async function roll(world: World, order: Roll): Promise<Rolled> {
  const { docker, say } = world;
  const { release, services } = order;
  const started = Date.now();
  const all = await records(docker, release.prefix);
  const former = standing(all);
  try {
    await watch(docker, services, order.limitSeconds * 1000, say);
    if (order.edge) await serve(world, order.edge);
  } catch (error) {
    if (!(error instanceof OperationError)) throw error;
    const result = former?.services ? "fell back" : "failed";
    const after = await undo(world, order, former).catch(
      (undoing: Error) => `Nor could all of it be taken back: ${undoing.message}`,
    );
    await finish(docker, release, { result, why: error.message.split("\n")[0] ?? "" });
    throw new OperationError(`${error.message}\n${after}`);
  }
  const proven = await inspect<SwarmService>(
    docker,
    "service",
    services.map(({ name }) => name),
  );
  const record = await finish(docker, release, {
    result: "good",
    services: specsOf(proven),
    ...(order.migrations && { migrations: order.migrations }),
    ...(order.mark && { mark: order.mark }),
    ...(order.edge && { edge: { hash: order.edge.hash, static: order.edge.static } }),
  });
  await forgetOldest(docker, release.prefix);
  await cleanUp(docker, release.prefix, say);
  return { number: record.number, services: services.length, seconds: (Date.now() - started) / 1000 };
}

function specsOf(services: readonly SwarmService[]): Record<string, ServiceSpec> {
  return Object.fromEntries(services.map(({ Spec }) => [Spec.Name, Spec]));
}

/** The edge serves the release's files, and the release answers through it. */
async function serve({ docker, follow, say }: World, edge: EdgeSwitch): Promise<void> {
  const args = [...switchTo(edge), "--smoke", edge.smoke];
  const { exitCode, log } = await runJob(docker, withArguments(edge.job, args), follow, say);
  if (exitCode !== 0) {
    throw new OperationError(
      ["the release runs, but does not answer through the edge as it should:", ...log.slice(-12)].join("\n  "),
    );
  }
}

/** What the operator reads when it is done. */
async function undo(world: World, { services, edge }: Roll, former: ReleaseRecord | undefined): Promise<string> {
  if (!former?.services) return "There is no earlier release to go back to; what runs stays as it is.";
  const started = Date.now();
  const names = services.map(({ name }) => name);
  const { back, removed } = await takeBack(world, former, names);
  if (edge && former.edge) await serveAgain(world, edge, former.edge);
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  return [
    `Back on ${former.tag} after ${seconds} s: ${back.join(", ") || "no service had moved"}.`,
    ...(removed.length > 0 ? [`Removed, for ${former.tag} had none of it: ${removed.join(", ")}.`] : []),
  ].join("\n");
}

async function serveAgain(
  { docker, follow, say }: World,
  edge: EdgeSwitch,
  former: NonNullable<ReleaseRecord["edge"]>,
): Promise<void> {
  const { exitCode, log } = await runJob(docker, withArguments(edge.job, switchTo(former)), follow, say);
  if (exitCode !== 0) {
    throw new OperationError(["the edge's former files could not be put back:", ...log.slice(-5)].join("\n  "));
  }
}

function switchTo({ hash, static: files }: { hash: string; static: string | null }): string[] {
  return [hash, ...(files === null ? [] : ["--static", files])];
}

function withArguments(job: Job, args: readonly string[]): Job {
  return { ...job, command: [...job.command, ...args] };
}
