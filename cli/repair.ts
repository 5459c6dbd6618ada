import { findInDatabase, findInDocker } from "../operations/find-real";
import { settlePending, type Deployment, type Find } from "../operations/adopt";
import { lines, remove, type Docker } from "../operations/docker";
import { OperationError } from "../operations/operation-error";
import { isDead, stackLocks } from "../operations/stack-lock";
import type { Progress } from "../toolchain/progress";
import { askDatabase } from "./database";
import { askPulumi, type Project } from "./project";

/** Clears what a killed run left: its lock, its half-made objects, its jobs. Volumes are never removed. */
export async function repair(project: Project, docker: Docker, progress: Progress): Promise<void> {
  await repairLock(project, progress);
  await endJobs(project, docker, progress);
  await adoptHalfMade(project, docker, progress);
}

export async function repairLock(project: Project, progress: Progress): Promise<void> {
  const backend = project.env.PULUMI_BACKEND_URL ?? process.env.PULUMI_BACKEND_URL ?? "";
  const locks = await stackLocks(backend, "tidemark", project.stack);
  const held = locks.filter((lock) => !isDead(lock));
  if (held.length > 0) {
    const [{ username, hostname, pid, timestamp }] = held as [(typeof held)[number]];
    throw new OperationError(
      `${project.stack} is being updated by ${username}@${hostname} (pid ${pid}) since ${timestamp}\n` +
        "  Wait for it. If that process is gone for certain: pulumi cancel",
    );
  }
  if (locks.length === 0) return;
  await askPulumi(project, ["cancel", "--yes"]);
  progress.note(`The lock of a run that is gone (pid ${locks[0]?.pid}) was removed.`);
}

/** A job whose starter is gone has nobody who reads how it ends. */
async function endJobs({ prefix }: Project, docker: Docker, progress: Progress): Promise<void> {
  const mine = ["--filter", `label=tidemark.stack=${prefix}`, "--filter", "label=tidemark.role=job"];
  const jobs = await lines(docker, ["service", "ls", "--quiet", ...mine]);
  await remove(docker, "service", jobs);
  await remove(docker, "container", await lines(docker, ["ps", "--all", "--quiet", ...mine]), "--force");
  if (jobs.length > 0) progress.note(`${jobs.length} job(s) of a run that is gone were ended.`);
}

async function adoptHalfMade(project: Project, docker: Docker, progress: Progress): Promise<void> {
  const exported = JSON.parse(await askPulumi(project, ["stack", "export"])) as { version: number; deployment: Deployment };
  if (!exported.deployment.pending_operations?.length) return;
  const { deployment, adopted, dropped } = await settlePending(exported.deployment, finder(project, docker));
  await askPulumi(project, ["stack", "import"], JSON.stringify({ ...exported, deployment }));
  if (adopted.length > 0) progress.note(`Taken into the state, for the run that made them was ended: ${adopted.join(", ")}`);
  if (dropped.length > 0) progress.note(`To be made again: ${dropped.join(", ")}`);
}

function finder(project: Project, docker: Docker): Find {
  const inDocker = findInDocker(docker);
  const inDatabase = findInDatabase(async (query, name) => (await askDatabase(project, query, [name])).length > 0);
  return async (type, inputs) => (await inDocker(type, inputs)) ?? (await inDatabase(type, inputs));
}
