import { inspect, type Docker } from "./docker";
import { runJob, type Follow, type Job } from "./job";
import type { Descent } from "./lineage";
import { OperationError } from "./operation-error";

export interface Fill {
  volume: string;
  /** A Swarm config that stays when the volume is lost. */
  record: string;
  job: Job;
  /** What it came from, where it did not begin empty. */
  descent?: Omit<Descent, "generation">;
}

export interface Filled {
  volume: string;
  /** False where the record says that it was filled before. */
  now: boolean;
}

/** Fills a volume that never was, and records it. A volume with a record is left alone, whatever is in it. */
export async function fill(
  docker: Docker,
  { volume, record, job, descent }: Fill,
  follow: Follow,
  say: (line: string) => void,
): Promise<Filled> {
  if ((await inspect(docker, "config", [record])).length > 0) return { volume, now: false };
  const { exitCode, log } = await runJob(docker, job, follow, say);
  if (exitCode !== 0) {
    throw new OperationError(
      [`volume ${volume} was not filled (exit code ${exitCode}):`, ...log.slice(-10)].join("\n  "),
    );
  }
  const labels = Object.entries({ ...job.labels, "tidemark.role": "record", "tidemark.volume": volume });
  await docker(["config", "create", ...labels.flatMap(([key, value]) => ["--label", `${key}=${value}`]), record, "-"], {
    input: JSON.stringify({ volume, filled: new Date().toISOString(), ...descent }),
  });
  return { volume, now: true };
}
