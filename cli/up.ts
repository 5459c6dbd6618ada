import type { Command } from "commander";
import { execa } from "execa";
import { stateFolder } from "../operations/stack-lock";
import { mendTornState } from "../operations/torn-state";
import { databaseAnswers } from "../operations/database-answers";
import { apiAt } from "../operations/api";
import { recordsAt, standing } from "../operations/ledger";
import { OperationError } from "../operations/operation-error";
import { dockerHost } from "../operations/survey";
import { splitTag } from "../settings/tag";
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
    .action(async ({ yes = false }: { yes?: boolean }) => {
      if (!yes && !process.stdin.isTTY) throw new OperationError("There is no terminal to ask on: add --yes.");
      const progress = new Progress();
      try {
        await bringUp(program, progress, yes);
      } catch (error) {
        // What cannot be told of it hides nothing of why it failed.
        const told = await openProject(program, progress)
          .then(stillRuns)
          .catch(() => undefined);
        if (told !== undefined) progress.note(told);
        throw error;
      }
    });

/** After a failure, what runs and how the file is to say so; nothing where no release has failed or none stands. */
async function stillRuns({ settings, prefix, stack }: Project): Promise<string | undefined> {
  const all = await recordsAt(apiAt(await dockerHost(settings.docker.host)), prefix);
  const tag = standing(all)?.tag;
  if (tag === undefined || all[0]?.result === "good") return undefined;
  return splitTag(settings.tag).name === tag
    ? `${stack} runs ${tag} as it was when it was good last.`
    : `${stack} still runs ${tag}, and Pulumi.${stack}.yaml says ${settings.tag}. For it to say what runs:\n  npx tidemark rollback --stack ${stack}`;
}

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
