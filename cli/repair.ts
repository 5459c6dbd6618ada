import { knownIds, knowsNothing, settlePending, type Deployment, type Find } from "../operations/adopt";
import { lines, remove, type Docker } from "../operations/docker";
import { findInDatabase, findInDocker } from "../operations/find-real";
import { removeEnded } from "../operations/one-off";
import { OperationError } from "../operations/operation-error";
import { isDead, stackLocks, stateFolder } from "../operations/stack-lock";
import { labelledObjects, neededToGoBack, removeStrays, strays, type Found } from "../operations/strays";
import { end, processes, survivors } from "../operations/survivors";
import type { Progress } from "../toolchain/progress";
import { askDatabase } from "./database";
import { askPulumi, type Project } from "./project";

interface Exported {
  version: number;
  deployment: Deployment;
}

/**
 * Clears what a killed run left: its lock, its helpers, its jobs, its half-made objects. Volumes are never removed.
 * @param throwing the stack is to be taken down, so a state that knows nothing of it is no loss
 */
export async function repair(project: Project, docker: Docker, progress: Progress, throwing = false): Promise<void> {
  const alone = await repairLock(project, progress);
  // Looked at before the state is: what another run makes meanwhile is in the state, or not looked at.
  const objects = await labelledObjects(docker, `tidemark.stack=${project.prefix}`);
  const exported = JSON.parse(await askPulumi(project, ["stack", "export"])) as Exported;
  if (knowsNothing(exported.deployment)) {
    if (!throwing) refuseLostState(project, objects);
    return;
  }
  if (alone) await endJobs(project, docker, progress);
  await removeEnded(docker, project.prefix);
  const deployment = await adoptHalfMade(project, exported, docker, progress);
  await removeUnknown(project, objects, deployment, docker, progress);
}

/** True when it is certain that no other run is at work on this stack. Where the state is no folder, only Pulumi knows. */
export async function repairLock(project: Project, progress: Progress): Promise<boolean> {
  const backend = project.env.PULUMI_BACKEND_URL ?? process.env.PULUMI_BACKEND_URL ?? "";
  const state = stateFolder(backend);
  if (state === undefined) return false;
  const locks = await stackLocks(state, "tidemark", project.stack);
  const dead = await Promise.all(locks.map((lock) => isDead(lock)));
  const held = locks.find((_, index) => !dead[index]);
  if (held) {
    const { username, hostname, pid, timestamp } = held;
    throw new OperationError(
      `${project.stack} is being updated by ${username}@${hostname} (pid ${pid}) since ${timestamp.slice(0, 19)}Z, so nothing was touched\n` +
        `  Wait for it. If that process is gone for certain: pulumi cancel --stack ${project.stack}`,
    );
  }
  end(survivors(await processes(), { folder: project.folder, backend }));
  if (locks.length > 0) {
    await askPulumi(project, ["cancel", "--yes"]);
    progress.note(`The lock of a run that is gone (pid ${locks[0]?.pid}) was removed.`);
  }
  return true;
}

function refuseLostState({ stack, prefix, env }: Project, objects: readonly Found[]): void {
  const services = objects
    .filter(({ kind, labels }) => kind === "service" && labels["tidemark.role"] !== "job")
    .map(({ name }) => name);
  if (services.length === 0) return;
  throw new OperationError(
    [
      `The state of ${stack} knows of nothing, but ${services.length} services of ${prefix} are on this Docker host, so nothing was touched.`,
      `  The state was looked for in ${env.PULUMI_BACKEND_URL ?? process.env.PULUMI_BACKEND_URL ?? "Pulumi's own backend"}`,
      "  If it is kept elsewhere, say where: export PULUMI_BACKEND_URL=…",
      `  If it was lost, take a copy of it: pulumi stack import --stack ${stack} --file COPY`,
      "    Pulumi keeps one of every update in .pulumi/history there.",
      `  If there is no copy, stop what runs: docker service rm ${services.sort().join(" ")}`,
      "    The volumes, and the data in them, stay.",
    ].join("\n"),
  );
}

/** A job whose starter is gone has nobody who reads how it ends. */
async function endJobs({ prefix }: Project, docker: Docker, progress: Progress): Promise<void> {
  const mine = ["--filter", `label=tidemark.stack=${prefix}`, "--filter", "label=tidemark.role=job"];
  const jobs = await lines(docker, ["service", "ls", "--quiet", ...mine]);
  await remove(docker, "service", jobs);
  await remove(docker, "container", await lines(docker, ["ps", "--all", "--quiet", ...mine]), "--force");
  if (jobs.length > 0) progress.note(`${jobs.length} job(s) of a run that is gone were ended.`);
}

async function adoptHalfMade(
  project: Project,
  exported: Exported,
  docker: Docker,
  progress: Progress,
): Promise<Deployment> {
  if (!exported.deployment.pending_operations?.length) return exported.deployment;
  const { deployment, adopted, dropped } = await settlePending(exported.deployment, finder(project, docker));
  await askPulumi(project, ["stack", "import"], JSON.stringify({ ...exported, deployment }));
  if (adopted.length > 0)
    progress.note(`Taken into the state, for the run that made them was ended: ${adopted.join(", ")}`);
  if (dropped.length > 0) progress.note(`To be made again: ${dropped.join(", ")}`);
  return deployment;
}

async function removeUnknown(
  { prefix }: Project,
  objects: readonly Found[],
  deployment: Deployment,
  docker: Docker,
  progress: Progress,
): Promise<void> {
  const unknown = strays(objects, knownIds(deployment), await neededToGoBack(docker, prefix));
  if (unknown.length === 0) return;
  await removeStrays(docker, unknown);
  progress.note(
    `Removed, for the state knows nothing of them: ${unknown.map(({ kind, name }) => `${kind} ${name}`).join(", ")}`,
  );
}

function finder(project: Project, docker: Docker): Find {
  const inDocker = findInDocker(docker);
  const inDatabase = findInDatabase(async (query, name) => (await askDatabase(project, query, [name])).length > 0);
  return async (type, inputs) => (await inDocker(type, inputs)) ?? (await inDatabase(type, inputs));
}
