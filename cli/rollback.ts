import * as path from "node:path";
import { recordsAt, standing, type Mark, type ReleaseRecord } from "../operations/ledger";
import { aheadInRecords } from "../operations/ahead";
import { apiAt } from "../operations/api";
import { OperationError } from "../operations/operation-error";
import { digestIn } from "../operations/release-images";
import { inWords, runningImages } from "../operations/running";
import { dockerHost } from "../operations/survey";
import type { Settings } from "../settings/schema";
import { splitTag } from "../settings/tag";
import { Progress } from "../toolchain/progress";
import { nextOf, write, type Wanted } from "./another-generation";
import { confirm } from "./confirm";
import { askPulumi, openProject, pulumi, type Project } from "./project";
import { restoring } from "./restoring";
import { bringUp, ensureStack, refresh } from "./up";
import type { Verb } from "./verb";

export const rollback: Verb = (program) =>
  void program
    .command("rollback")
    .argument("[tag]", "the release to put back; default: the last good one before the one that runs")
    .description(
      "Puts an earlier release back, by its recorded digest. The database keeps its data; it is refused when that is ahead.",
    )
    .option("--with-data", "the database and the uploads too, as they were at that release's end, in other generations")
    .option("-y, --yes", "do not ask")
    .action(async (tag: string | undefined, { yes, withData }: { yes?: boolean; withData?: boolean }) => {
      const progress = new Progress();
      const project = await openProject(program, progress);
      const { settings, prefix, stack } = project;
      const host = await dockerHost(settings.docker.host);
      const processes = tagged(settings);
      const present = (): Promise<Record<string, string>> => runningImages(apiAt(host), prefix, processes);
      const former = await askPulumi(project, ["config", "get", "tag"]);
      const now = { stack, running: await present(), processes, file: former };
      const all = await recordsAt(apiAt(host), prefix);
      const target = planRollback(all, now, tag);
      const line = tagLine(settings, target);
      const data = withData ? await dataOf(project, all, target) : undefined;
      // What is taken back with its data is ahead of nothing.
      const ahead = data ? [] : aheadOf(all, target);
      if (ahead.length > 0)
        progress.note(`The database has migrations that ${target.tag} does not know: ${ahead.join(", ")}`);

      const undo = restoring(path.join(project.folder, `Pulumi.${stack}.yaml`));
      try {
        await setTag(project, line);
        if (data) write(project, data);
        if (!yes) {
          await ensureStack(project);
          await pulumi(project, ["preview", ...(await refresh(project, progress))]);
          const its = data ? ", with the data of its end" : "";
          await confirm(`Put ${target.tag} (release ${target.number}) back on ${stack}${its}?`);
        }
      } catch (error) {
        undo.now();
        throw error;
      } finally {
        undo.forget();
      }
      try {
        await bringUp(program, progress, true);
      } catch (error) {
        // What did not come about is not to be what the next update brings about.
        if (inWords(await present(), now.running).length === 0) {
          undo.now();
          progress.note(`${stack} runs what it ran before, and the file says again: tag: ${former}`);
        }
        throw error;
      }
      const other = inWords(await present(), imagesOf(target, processes));
      if (other.length > 0) throw new OperationError(["It ended well, but this does not run:", ...other].join("\n  "));
      progress.note(
        `${stack} runs ${target.tag} again. The file says: tag: ${line}. To undo: npx tidemark rollback --stack ${stack}`,
      );
      if (ahead.length > 0)
        progress.note(`The database stays ahead of it by ${ahead.join(", ")}: look whether the application works.`);
    });

/** The end of that release, for generations of its own. Throws where it has none. */
async function dataOf(project: Project, all: readonly ReleaseRecord[], target: ReleaseRecord): Promise<Wanted[]> {
  const end = endOf(all, target);
  if (!end) {
    throw new OperationError(
      `Of release ${target.number}, ${target.tag}, no end is in the archive, so its data cannot be put back.\n` +
        `  Without its data: npx tidemark rollback ${target.tag} --stack ${project.stack}. ` +
        `As the data was at some moment: npx tidemark restore --to 2026-11-27T02:00:00Z --stack ${project.stack}`,
    );
  }
  const from = { mark: end.name };
  return [
    { of: "database", generation: await nextOf("database", project), from },
    ...(end.snapshot === undefined ? [] : [{ of: "media" as const, generation: await nextOf("media", project), from }]),
  ];
}

/** The newest point that closes it. */
export function endOf(all: readonly ReleaseRecord[], { number }: Pick<ReleaseRecord, "number">): Mark | undefined {
  return all.find(({ mark }) => mark?.closes === number && mark.generation !== undefined)?.mark;
}

/** What a rollback is planned from. */
export interface Now {
  stack: string;
  /** Process to the image that its service has. */
  running: Readonly<Record<string, string>>;
  /** Those whose image the tag in the file decides. */
  processes: readonly string[];
  /** The tag in the file. */
  file: string;
}

/** Which release to put back. Throws where there is none. */
export function planRollback(
  all: readonly ReleaseRecord[],
  { stack, running, processes, file }: Now,
  tag?: string,
): ReleaseRecord {
  const good = all.filter(({ result }) => result === "good");
  const runsIt = (one: ReleaseRecord): boolean => inWords(running, imagesOf(one, processes)).length === 0;
  // After a release that fell back the one before it runs, and the file still names the other.
  const isBack = (one: ReleaseRecord): boolean => runsIt(one) && means(file, one);
  if (tag === undefined) {
    const now = standing(all);
    const target = now && !isBack(now) ? now : good.find((one) => !runsIt(one) && one.number < (now?.number ?? 0));
    if (target) return target;
    throw new OperationError(
      "There is no earlier release to go back to.\n" +
        `  To see them: npx tidemark releases --stack ${stack}. ` +
        `A tag that was never released: pulumi config set tag TAG --stack ${stack}`,
    );
  }
  const target = good.find((one) => one.tag === tag && !isBack(one));
  if (target) return target;
  if (good.some((one) => one.tag === tag))
    throw new OperationError(`${tag} runs already. To see: npx tidemark releases --stack ${stack}`);
  const known = [...new Set(good.filter((one) => !runsIt(one)).map((one) => one.tag))];
  throw new OperationError(
    `${tag} was never a good release of this stack. ${known.length > 0 ? `There are ${known.join(", ")}.` : "There is none."}\n` +
      "  A tag that was never released is deployed, not put back: " +
      `pulumi config set tag TAG --stack ${stack}, and npx tidemark up --stack ${stack}`,
  );
}

/** By which migrations the database would be ahead of it, as far as that is written down. */
export function aheadOf(all: readonly ReleaseRecord[], { migrations }: ReleaseRecord): string[] {
  return migrations ? aheadInRecords(standing(all)?.migrations?.known ?? [], migrations.known, all) : [];
}

/** Whether a line in the file names that release. */
function means(file: string, { tag, images }: ReleaseRecord): boolean {
  const { name, digest } = splitTag(file);
  return name === tag && (digest === undefined || Object.values(images).some((image) => digestIn(image) === digest));
}

/** Processes without a tag of their own. */
function tagged({ processes }: Pick<Settings, "processes">): string[] {
  return Object.keys(processes).filter((name) => processes[name]?.tag === undefined);
}

function imagesOf({ images }: ReleaseRecord, processes: readonly string[]): Record<string, string> {
  return Object.fromEntries(Object.entries(images).filter(([name]) => processes.includes(name)));
}

/** What the file is to say: the tag with the digest of the application's own image, or of whichever there is. */
export function tagLine(settings: Pick<Settings, "processes" | "image" | "name">, record: ReleaseRecord): string {
  const own = settings.image ?? settings.name;
  const its = Object.entries(imagesOf(record, tagged(settings)));
  const [, image] = its.find(([name]) => (settings.processes[name]?.image ?? own) === own) ?? its[0] ?? [];
  const digest = digestIn(image);
  if (digest !== undefined) return `${record.tag}@${digest}`;
  throw new OperationError(`No digest is written down of ${record.tag}, so it cannot be told what it was.`);
}

async function setTag(project: Project, tag: string): Promise<void> {
  await askPulumi(project, ["config", "set", "tag", tag]);
}
