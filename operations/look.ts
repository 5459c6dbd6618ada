import { inspect, type Docker } from "./docker";
import { evidenceIn } from "./evidence";
import { runJob, type Follow, type Job } from "./job";
import type { Migration } from "./ledger";
import { OperationError } from "./operation-error";

/** What a look into an image found of migrations, of its database, and of what is wrong with it. */
export interface Look {
  /** Of Django's applications; alembic has none. */
  labels?: string[];
  known: Known[];
  applied: string[];
  /** In their order. */
  pending: Pending[];
  /** The database's own heads that alembic does not find in this release: from there it can go nowhere. */
  lost?: string[];
  /** All that are pending are one transaction. */
  together?: boolean;
  findings: Finding[];
}

export interface Known extends Migration {
  /** What a name that says nothing is about. @example "a note on each order" */
  title?: string;
  /** Those that it builds on, where the database remembers only the last. */
  after?: string[];
}

export interface Pending {
  name: string;
  title?: string;
  maintenance: boolean;
  /** A failure undoes all of it. */
  atomic: boolean;
  sql?: string;
}

export interface Finding {
  /** @example "security.W004" */
  id: string;
  level: "warning" | "error";
  text: string;
}

/** The image is as it should be, but its database cannot be asked. */
export class Unreachable extends OperationError {}

/** What every driver of Python's calls a connection that does not come about, or ends. */
const NO_CONNECTION = /\bOperationalError\b/;

/** Runs a job that looks; what it writes for people is handed on. */
export async function look(docker: Docker, job: Job, follow: Follow, say: (line: string) => void): Promise<Look> {
  const { exitCode, log } = await runJob(docker, job, follow, say);
  const found = evidenceIn<Look>(log);
  if (exitCode === 0 && found) return found;
  const Failure = log.some((line) => NO_CONNECTION.test(line)) ? Unreachable : OperationError;
  throw new Failure(
    [
      `the image ${job.image} could not be looked into (exit code ${exitCode}); its last lines:`,
      ...log.slice(-20),
      "If its framework cannot be asked at all, in the stack's file: release: { preflight: false }",
    ].join("\n  "),
  );
}

/** A service's image and the secrets that it was given. */
export interface Running {
  image: string;
  secrets: Job["secrets"];
}

interface Service {
  Spec: {
    TaskTemplate: {
      ContainerSpec: { Image: string; Secrets?: { SecretName: string; File?: { Name: string } }[] };
    };
  };
}

export async function runningNow(docker: Docker, service: string): Promise<Running | undefined> {
  const [found] = await inspect<Service>(docker, "service", [service]);
  if (!found) return undefined;
  const { Image, Secrets = [] } = found.Spec.TaskTemplate.ContainerSpec;
  const secrets = Secrets.map(({ SecretName, File }) => ({ source: SecretName, target: File?.Name ?? SecretName }));
  return { image: Image, secrets };
}

export function titled({ name, title }: Pick<Known, "name" | "title">): string {
  return title === undefined ? name : `${name} (${title})`;
}
