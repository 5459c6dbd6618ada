import type { Docker } from "./docker";
import { evidenceIn } from "./evidence";
import { runJob, type Follow, type Job } from "./job";
import { OperationError } from "./operation-error";

/** What the edge serves by. */
export interface EdgeState {
  /** Of its configuration. */
  hash: string;
  /** The release whose static files are tried first; null where there are none. */
  static: string | null;
}

export interface SwitchOrder {
  /** Runs `tidemark-edge switch`, and is to be given the rest of its arguments. */
  job: Job;
  to: EdgeState;
  /** Where the job finds what is to be asked afterwards; left out, nothing is. */
  smoke?: string;
}

/** Makes another configuration and other static files the current ones, once the edge has them, and asks through it. */
export async function switchEdge(
  docker: Docker,
  order: SwitchOrder,
  follow: Follow,
  say: (line: string) => void,
): Promise<EdgeState> {
  const job = switchJob(order);
  const { exitCode, log } = await runJob(docker, job, follow, say);
  const evidence = evidenceIn<EdgeState>(log);
  if (exitCode === 0 && evidence) return evidence;
  throw new OperationError(
    [`the edge was not switched to the new release (exit code ${exitCode}):`, ...log.slice(-20)].join("\n  "),
  );
}

export function switchJob({ job, to, smoke }: SwitchOrder): Job {
  return {
    ...job,
    command: [
      ...job.command,
      to.hash,
      ...(to.static === null ? [] : ["--static", to.static]),
      ...(smoke === undefined ? [] : ["--smoke", smoke]),
    ],
  };
}
