import type { Command } from "commander";
import { dockerAt } from "../operations/docker";
import { OperationError } from "../operations/operation-error";
import { losable } from "../operations/losable";
import { giveUpGround, labelled, othersLeft, sweep } from "../operations/sweep";
import { Progress } from "../toolchain/progress";
import { confirm } from "./confirm";
import { openProject, pulumi } from "./project";
import { repair } from "./repair";
import { ensureStack, refresh } from "./up";
import type { Verb } from "./verb";

export const down: Verb = (program) =>
  void program
    .command("down")
    .description("Takes a throw-away stack down, its data too. Images stay. Of any other stack it refuses.")
    .option("-y, --yes", "do not ask")
    .action(async ({ yes }: { yes?: boolean }) => takeDown(program, new Progress(), yes ?? false));

export async function takeDown(program: Command, progress: Progress, yes: boolean): Promise<void> {
  const project = await openProject(program, progress);
  if (!project.settings.throwAway) {
    throw new OperationError(
      `throwAway: false  ${project.stack} holds data that is to be kept, so nothing was touched.\n` +
        "  To stop it and keep its data: pulumi destroy, after pulumi state unprotect --all",
    );
  }
  if (!yes) await confirm(`Remove ${project.prefix} and all its data?`);
  const docker = dockerAt(project.settings.docker.host);
  await ensureStack(project);
  await repair(project, docker, progress, true);
  await progress.step(`Taking ${project.prefix} down`, 20, async () => {
    const label = `tidemark.stack=${project.prefix}`;
    const { service: services } = await labelled(docker, label);
    const destroy = ["destroy", "--yes", "--skip-preview", ...(await refresh(project, progress))];
    // The provider gives a container no longer than its grace to be gone, and on a busy machine Docker needs longer.
    await pulumi(project, destroy).catch((error: Error) => {
      progress.note(`${error.message} Once more, for Docker may only have been slow.`);
      return pulumi(project, destroy);
    });
    const bases = losable(project.settings, project.prefix).map(({ base }) => base);
    const backups = ["archive", "media-archive"].map((its) => `${project.prefix}-${its}`);
    await sweep(docker, { label, services, bases, backups });
    if (!(await othersLeft(docker))) await giveUpGround(docker);
  });
}
