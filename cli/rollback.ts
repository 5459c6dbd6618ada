import { records, standing, type ReleaseRecord } from "../operations/ledger";
import { apiAt } from "../operations/api";
import { dockerAt } from "../operations/docker";
import { OperationError } from "../operations/operation-error";
import { digestIn } from "../operations/release-images";
import { inWords, runningImages } from "../operations/running";
import { dockerHost } from "../operations/survey";
import { Progress } from "../toolchain/progress";
import { confirm } from "./confirm";
import { askPulumi, openProject, pulumi, type Project } from "./project";
import { bringUp, ensureStack, refresh } from "./up";
import type { Verb } from "./verb";

export const rollback: Verb = (program) =>
  void program
    .command("rollback")
    .argument("[tag]", "the release to put back; default: the last good one before the one that runs")
    .description(
      "Puts an earlier release back, by its recorded digest. The database keeps its data; it is refused when that is ahead.",
    )
    .option("-y, --yes", "do not ask")
    .action(async (tag: string | undefined, { yes }: { yes?: boolean }) => {
      const progress = new Progress();
      const project = await openProject(program, progress);
      const { settings, prefix, stack } = project;
      const host = await dockerHost(settings.docker.host);
      const present = (): Promise<Record<string, string>> =>
        runningImages(apiAt(host), prefix, Object.keys(settings.processes));
      const target = planRollback(await records(dockerAt(host), prefix), await present(), tag);
      const line = `${target.tag}@${digestIn(imageOf(project, target)) ?? ""}`;

      const former = await askPulumi(project, ["config", "get", "tag"]);
      await setTag(project, line);
      let done = false;
      try {
        if (!yes) {
          await ensureStack(project);
          await pulumi(project, ["preview", ...(await refresh(project, progress))]);
          await confirm(`Put ${target.tag} (release ${target.number}) back on ${stack}?`);
        }
        done = true;
        await bringUp(program, progress, true);
      } finally {
        if (!done) await setTag(project, former);
      }
      const other = inWords(await present(), target.images);
      if (other.length > 0) throw new OperationError(["It ended well, but this does not run:", ...other].join("\n  "));
      progress.note(`${stack} runs ${target.tag} again. The file says: tag: ${line}. To undo: npx tidemark rollback`);
    });

/** Which release to put back. Throws where there is none. */
export function planRollback(
  all: readonly ReleaseRecord[],
  running: Readonly<Record<string, string>>,
  tag?: string,
): ReleaseRecord {
  const good = all.filter(({ result }) => result === "good");
  const others = good.filter(({ images }) => inWords(running, images).length > 0);
  const known = [...new Set(others.map((one) => one.tag))];
  if (tag === undefined) {
    const now = standing(all);
    const partly = now && others.includes(now);
    // What runs is not what was proven last: then that is the way back.
    const target = partly ? now : others.find(({ number }) => number < (now?.number ?? 0));
    if (target) return target;
    throw new OperationError(
      "There is no earlier release to go back to.\n  To see them: npx tidemark releases. A tag that was never released: pulumi config set tag TAG",
    );
  }
  const target = others.find((one) => one.tag === tag);
  if (target) return target;
  if (good.some((one) => one.tag === tag))
    throw new OperationError(`${tag} runs already. To see: npx tidemark releases`);
  throw new OperationError(
    `${tag} was never a good release of this stack. ${known.length > 0 ? `There are ${known.join(", ")}.` : "There is none."}\n` +
      "  A tag that was never released is deployed, not put back: pulumi config set tag TAG, and npx tidemark up",
  );
}

/** The application's own image in a release: what the one line in the file is about. */
function imageOf({ settings }: Project, { images }: ReleaseRecord): string | undefined {
  const own = settings.image ?? settings.name;
  const names = Object.keys(settings.processes).filter((name) => {
    const { image, tag } = settings.processes[name] ?? {};
    return tag === undefined && (image ?? own) === own;
  });
  return names.map((name) => images[name]).find((image) => image !== undefined);
}

async function setTag(project: Project, tag: string): Promise<void> {
  await askPulumi(project, ["config", "set", "tag", tag]);
}
