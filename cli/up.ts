import type { Command } from "commander";
import { execa } from "execa";
import { stateFolder } from "../operations/stack-lock";
import { mendTornState } from "../operations/torn-state";
import { databaseAnswers } from "../operations/database-answers";
import { Progress } from "../toolchain/progress";
import { ensureImages } from "../images/build";
import { buildMissing, ownImages, prepareGround, pullMissing } from "./ground";
import { askPulumi, openProject, pulumi, type Project } from "./project";
import { repair } from "./repair";
import type { Verb } from "./verb";

export const up: Verb = (program) =>
  void program
    .command("up")
    .description(
      "`pulumi up`, after preparing the ground, clearing what a killed run left, and choosing whether to refresh.",
    )
    .option("-y, --yes", "do not ask")
    .action(async ({ yes }: { yes?: boolean }) => {
      await bringUp(program, new Progress(), yes ?? false);
    });

/** The whole way to a running stack. */
export async function bringUp(program: Command, progress: Progress, yes: boolean): Promise<Project> {
  const project = await openProject(program, progress);
  const ground = await prepareGround(project, progress);
  // What builds an application stands on the base that our own images stand on.
  await ensureImages(ground.docker, { images: ["base"] });
  await Promise.all([ownImages(project, ground, progress), buildMissing(project, ground, progress)]);
  await pullMissing(project, ground, progress);
  await ensureStack(project);
  await repair(project, ground.docker, progress);
  const flags = [...(yes ? ["--yes", "--skip-preview"] : []), ...(await refresh(project, progress))];
  await progress.aside("pulumi up", () => pulumi(project, ["up", ...flags]));
  return project;
}

/** Its state must be there before anything can be asked of it. */
export async function ensureStack(project: Project): Promise<void> {
  const state = stateFolder(project.env.PULUMI_BACKEND_URL ?? process.env.PULUMI_BACKEND_URL ?? "");
  if (state !== undefined) await mendTornState(state);
  const { stdout } = await execa("pulumi", ["stack", "ls", "--json", "--non-interactive"], {
    cwd: project.folder,
    env: project.env,
  });
  const known = JSON.parse(stdout) as { name: string }[];
  if (!known.some(({ name }) => name === project.stack || name.endsWith(`/${project.stack}`))) {
    await askPulumi(project, ["stack", "init", "--no-select"]);
  }
}

/** A refresh reads the roles from the database, so with a dead one nothing could be done; then it is left out, and said. */
export async function refresh(project: Project, progress: Progress): Promise<string[]> {
  if (project.databasePort === undefined || (await databaseAnswers(project.databasePort))) return [];
  const { deployment } = JSON.parse(await askPulumi(project, ["stack", "export"])) as {
    deployment: { resources?: { type: string }[] };
  };
  if (!deployment.resources?.some(({ type }) => type.startsWith("postgresql:"))) return [];
  progress.note(
    "The database does not answer, so the state is not compared with the world this time (--refresh=false).",
  );
  return ["--refresh=false"];
}
