import { inspect, type Docker } from "./docker";
import { evidenceIn } from "./evidence";
import { runJob, type Follow, type Job } from "./job";
import { OperationError } from "./operation-error";

/** One that is in the repository. */
export interface Backup {
  generation: number;
  /** Where it lies. */
  repository: "volume" | "s3";
  /** pgBackRest's name for it. @example "20261127-020000F" */
  label: string;
  kind: "full" | "diff" | "incr";
  /** ISO, of its end. */
  stopped: string;
  /** Of the database. */
  bytes: number;
  /** What it added to the repository. */
  stored: number;
}

/** How much of it is read: all, what is new since the last full one, or since the last of any kind. */
export type Kind = Backup["kind"];

/** What is looked at of the keeper's service: it has all that a job on the backups needs. */
export interface KeeperService {
  Spec: {
    Labels: Record<string, string>;
    TaskTemplate: {
      ContainerSpec: {
        Image: string;
        Mounts?: { Source?: string; Target: string }[];
        Secrets?: { SecretName: string; File: { Name: string } }[];
        Configs?: { ConfigName: string; File: { Name: string } }[];
      };
      Placement?: { Constraints?: string[] };
    };
  };
}

interface World {
  docker: Docker;
  follow: Follow;
  say(line: string): void;
}

const PASSWORD = "/run/secrets/superuser";
const STATE = "/var/lib/tidemark-keeper";
/** A large database on a small machine. */
const LIMIT_SECONDS = 4 * 3600;

/** Backs the running database up now. */
export async function backUp(world: World, prefix: string, kind: Kind): Promise<Backup> {
  const keeper = await keeperOf(world.docker, prefix);
  const generation = keeper.Spec.Labels["tidemark.generation"] ?? "";
  return inArchive<Backup>(
    world,
    prefix,
    keeper,
    ["backup", kind, prefix, generation, PASSWORD],
    ["tidemark-keeper", "alone"],
  );
}

/** What a drill leaves behind. Times are in seconds. */
export interface Evidence {
  at: string;
  rto: number;
  rpo?: number | null;
  tables: number;
  rows: number;
}

/** Restores the newest state into a place of its own, and proves it. */
export async function drillNow(world: World, prefix: string): Promise<Evidence> {
  const keeper = await keeperOf(world.docker, prefix);
  const verb = ["drill", prefix, PASSWORD, `${STATE}/drill`];
  return inArchive<Evidence>(world, prefix, keeper, verb, ["tidemark-keeper", "alone"]);
}

/** Every backup of every generation, the newest first. */
export async function backups(world: World, prefix: string): Promise<Backup[]> {
  const keeper = await keeperOf(world.docker, prefix);
  return (await inArchive<{ backups: Backup[] }>(world, prefix, keeper, ["list", prefix])).backups;
}

async function inArchive<T>(
  { docker, follow, say }: World,
  prefix: string,
  keeper: KeeperService,
  verb: string[],
  behind: string[] = [],
): Promise<T> {
  const { exitCode, log } = await runJob(docker, archiveJob(prefix, keeper, verb, behind), follow, say);
  const evidence = evidenceIn<T>(log);
  if (exitCode !== 0 || !evidence) {
    throw new OperationError(
      [`tidemark-archive ${verb[0]} failed (exit code ${exitCode}):`, ...log.slice(-10)].join("\n  "),
    );
  }
  return evidence;
}

/**
 * On the database's node, with all of its volumes: who backs it up reads its files.
 * @param behind what runs tidemark-archive
 */
export function archiveJob(
  prefix: string,
  { Spec }: KeeperService,
  verb: readonly string[],
  behind: readonly string[] = [],
): Job {
  const { ContainerSpec, Placement } = Spec.TaskTemplate;
  return {
    name: `${prefix}-archive-${verb[0]}`,
    image: ContainerSpec.Image,
    user: "0",
    command: [...behind, "tidemark-archive", ...verb],
    labels: { "tidemark.stack": prefix, "tidemark.role": "job" },
    secrets: (ContainerSpec.Secrets ?? []).map(({ SecretName, File }) => ({ source: SecretName, target: File.Name })),
    configs: (ContainerSpec.Configs ?? []).map(({ ConfigName, File }) => ({ source: ConfigName, target: File.Name })),
    volumes: (ContainerSpec.Mounts ?? []).flatMap(({ Source, Target }) =>
      Source === undefined ? [] : [{ source: Source, target: Target }],
    ),
    constraints: Placement?.Constraints ?? [],
    limitSeconds: LIMIT_SECONDS,
  };
}

async function keeperOf(docker: Docker, prefix: string): Promise<KeeperService> {
  const [keeper] = await inspect<KeeperService>(docker, "service", [`${prefix}-keeper`]);
  if (keeper) return keeper;
  throw new OperationError(
    [
      `There is no ${prefix}-keeper on this Docker host, so there is no backup, and nothing was done.`,
      "  Add to the stack's file: tidemark:backup: {}",
    ].join("\n"),
  );
}
