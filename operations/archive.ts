import { inspect, lines, type Docker } from "./docker";
import { evidenceIn } from "./evidence";
import { runJob, type Follow, type Job } from "./job";
import { OperationError } from "./operation-error";

/** One that is in the repository. */
export interface Backup {
  generation: number;
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

/** What is looked at of the database's service. */
export interface DatabaseService {
  Spec: {
    TaskTemplate: {
      ContainerSpec: {
        Image: string;
        Args?: string[];
        Mounts?: { Source?: string; Target: string }[];
        Secrets?: { SecretName: string; File: { Name: string } }[];
      };
      Placement?: { Constraints?: string[] };
    };
  };
}

/** What the stack's database is that runs, or ran last, as its service says. */
export interface Running {
  service: DatabaseService;
  generation: string;
  /** Names of Swarm's secrets. */
  archive: string;
  superuser: string;
}

const PASSWORD = "/run/secrets/superuser";
/** A large database on a small machine. */
const LIMIT_SECONDS = 4 * 3600;

/** Backs the running database up now. */
export async function backUp(
  world: { docker: Docker; follow: Follow; say: (line: string) => void },
  prefix: string,
  kind: Kind,
): Promise<Backup> {
  const its = await running(world.docker, prefix);
  return inArchive<Backup>(world, prefix, its, ["backup", kind, prefix, its.generation, PASSWORD]);
}

/** Every backup of every generation, the newest first. */
export async function backups(
  world: { docker: Docker; follow: Follow; say: (line: string) => void },
  prefix: string,
): Promise<Backup[]> {
  const its = await running(world.docker, prefix);
  return (await inArchive<{ backups: Backup[] }>(world, prefix, its, ["list", prefix])).backups;
}

async function inArchive<T>(
  { docker, follow, say }: { docker: Docker; follow: Follow; say: (line: string) => void },
  prefix: string,
  its: Running,
  verb: string[],
): Promise<T> {
  const { exitCode, log } = await runJob(docker, archiveJob(prefix, its, verb), follow, say);
  const evidence = evidenceIn<T>(log);
  if (exitCode !== 0 || !evidence) {
    throw new OperationError(
      [`tidemark-archive ${verb[0]} failed (exit code ${exitCode}):`, ...log.slice(-10)].join("\n  "),
    );
  }
  return evidence;
}

/** On the database's node, with its image and all of its volumes: who backs it up reads its files. */
export function archiveJob(prefix: string, { service, archive, superuser }: Running, verb: readonly string[]): Job {
  const { ContainerSpec, Placement } = service.Spec.TaskTemplate;
  return {
    name: `${prefix}-archive-${verb[0]}`,
    image: ContainerSpec.Image,
    user: "0",
    command: ["tidemark-archive", ...verb],
    labels: { "tidemark.stack": prefix, "tidemark.role": "job" },
    secrets: [
      { source: archive, target: "archive" },
      { source: superuser, target: "superuser" },
    ],
    volumes: (ContainerSpec.Mounts ?? []).flatMap(({ Source, Target }) =>
      Source === undefined ? [] : [{ source: Source, target: Target }],
    ),
    constraints: Placement?.Constraints ?? [],
    limitSeconds: LIMIT_SECONDS,
  };
}

async function running(docker: Docker, prefix: string): Promise<Running> {
  const [service] = await inspect<DatabaseService>(docker, "service", [`${prefix}-postgres`]);
  if (!service)
    throw new OperationError(`There is no service ${prefix}-postgres on this Docker host; nothing was done.`);
  const { Args = [], Secrets = [] } = service.Spec.TaskTemplate.ContainerSpec;
  const archive = Secrets.find(({ File }) => File.Name === "archive")?.SecretName;
  const superuser = await superuserOf(docker, prefix);
  if (archive === undefined || superuser === undefined) {
    throw new OperationError(
      [
        `${prefix}-postgres archives nothing, so there is no backup.`,
        "  Add to the stack's file: tidemark:backup: {}",
      ].join("\n"),
    );
  }
  return { service, generation: Args.at(-1) ?? "", archive, superuser };
}

/** The newest: a former one stays until nothing refers to it. */
async function superuserOf(docker: Docker, prefix: string): Promise<string | undefined> {
  const ids = await lines(docker, ["secret", "ls", "--quiet", "--filter", `name=${prefix}-postgres-superuser-secret-`]);
  const all = await inspect<{ CreatedAt: string; Spec: { Name: string } }>(docker, "secret", ids);
  return all.sort((a, b) => b.CreatedAt.localeCompare(a.CreatedAt))[0]?.Spec.Name;
}
