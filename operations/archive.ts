import { containersOf, inspect, type Docker } from "./docker";
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
  return inKeeper<Backup>(world, prefix, keeper, [
    ...["tidemark-keeper", "alone", "tidemark-archive"],
    ...["backup", kind, prefix, generation, PASSWORD],
  ]);
}

/** Of the uploads. */
export interface Snapshot {
  snapshot: string;
  repository: "volume" | "s3";
  generation: number;
  /** ISO. */
  at: string;
  files: number;
  bytes: number;
  stored: number;
  mark?: string;
}

/** Takes the uploads as they are now; nothing where they are not backed up. */
export async function backUpUploads(world: World, prefix: string): Promise<Snapshot | undefined> {
  const keeper = await keeperOf(world.docker, prefix);
  const words = await uploadsWords(world.docker, keeper);
  return words && inKeeper<Snapshot>(world, prefix, keeper, ["tidemark-keeper", "alone", ...words]);
}

/** Every snapshot, the newest first; none where the uploads are not backed up. */
export async function snapshots(world: World, prefix: string): Promise<Snapshot[]> {
  const keeper = await keeperOf(world.docker, prefix);
  if (!(await uploadsWords(world.docker, keeper))) return [];
  return (await inKeeper<{ snapshots: Snapshot[] }>(world, prefix, keeper, ["tidemark-media", "list", prefix]))
    .snapshots;
}

/** As its plan says; nothing where it has none for them. */
async function uploadsWords(docker: Docker, { Spec }: KeeperService): Promise<string[] | undefined> {
  const configs = Spec.TaskTemplate.ContainerSpec.Configs ?? [];
  const plan = configs.find(({ File }) => File.Name === "/etc/tidemark/keeper.json")?.ConfigName;
  const [config] = plan === undefined ? [] : await inspect<{ Spec: { Data: string } }>(docker, "config", [plan]);
  if (!config) return undefined;
  const { jobs } = JSON.parse(Buffer.from(config.Spec.Data, "base64").toString()) as {
    jobs: { name: string; command: string[] }[];
  };
  return jobs.find(({ name }) => name === "uploads")?.command;
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
  const drill = ["tidemark-archive", "drill", prefix, PASSWORD, `${STATE}/drill`];
  return inKeeper<Evidence>(world, prefix, keeper, ["tidemark-keeper", "alone", ...drill]);
}

/** Every backup of every generation, the newest first. */
export async function backups(world: World, prefix: string): Promise<Backup[]> {
  const keeper = await keeperOf(world.docker, prefix);
  return (await inKeeper<{ backups: Backup[] }>(world, prefix, keeper, ["tidemark-archive", "list", prefix])).backups;
}

async function inKeeper<T>(
  { docker, follow, say }: World,
  prefix: string,
  keeper: KeeperService,
  command: readonly string[],
): Promise<T> {
  const { exitCode, log } = await runJob(docker, keeperJob(prefix, keeper, command), follow, say);
  const evidence = evidenceIn<T>(log);
  if (exitCode !== 0 || !evidence) {
    throw new OperationError([`${command.join(" ")} failed (exit code ${exitCode}):`, ...log.slice(-10)].join("\n  "));
  }
  return evidence;
}

/** Where the keeper is, with all of its volumes: who backs data up reads its files. */
export function keeperJob(prefix: string, { Spec }: KeeperService, command: readonly string[]): Job {
  const { ContainerSpec, Placement } = Spec.TaskTemplate;
  return {
    name: `${prefix}-keeper-${verbOf(command)}`,
    image: ContainerSpec.Image,
    user: "0",
    command: [...command],
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

/** The container that has all of it open, on this host. */
export async function keeperContainer(docker: Docker, prefix: string): Promise<string> {
  await keeperOf(docker, prefix);
  const [container] = await containersOf(docker, `${prefix}-keeper`);
  if (container !== undefined) return container;
  throw new OperationError(`${prefix}-keeper does not run here. To see why: npx tidemark status`);
}

/** @example "backup" of tidemark-keeper alone tidemark-archive backup full */
function verbOf(command: readonly string[]): string {
  return command[command.map((word) => word.startsWith("tidemark-")).lastIndexOf(true) + 1] ?? "job";
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
