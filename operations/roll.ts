import type { Api } from "./api";
import { cleanUp } from "./clean-up";
import { inspect, type Docker } from "./docker";
import { switchEdge, type SwitchOrder } from "./edge-switch";
import type { Follow } from "./job";
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
  edge: SwitchOrder;
  /** What its image knows of migrations, and which of them it ran. */
  migrations?: Outcome["migrations"];
  mark?: Outcome["mark"];
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
    await switchEdge(docker, order.edge, world.follow, say);
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
    edge: order.edge.to,
  });
  await forgetOldest(docker, release.prefix);
  await cleanUp(docker, release.prefix, say);
  return { number: record.number, services: services.length, seconds: (Date.now() - started) / 1000 };
}

function specsOf(services: readonly SwarmService[]): Record<string, ServiceSpec> {
  return Object.fromEntries(services.map(({ Spec }) => [Spec.Name, Spec]));
}

/** What the operator reads when it is done. */
async function undo(world: World, { services, edge }: Roll, former: ReleaseRecord | undefined): Promise<string> {
  if (!former?.services) return "There is no earlier release to go back to; what runs stays as it is.";
  const started = Date.now();
  const names = services.map(({ name }) => name);
  const { back, removed } = await takeBack(world, former, names);
  if (former.edge) await switchEdge(world.docker, { job: edge.job, to: former.edge }, world.follow, world.say);
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  return [
    `Back on ${former.tag} after ${seconds} s: ${back.join(", ") || "no service had moved"}.`,
    ...(removed.length > 0 ? [`Removed, for ${former.tag} had none of it: ${removed.join(", ")}.`] : []),
  ].join("\n");
}
