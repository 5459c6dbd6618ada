import * as path from "node:path";
import { Option } from "commander";
import { apiAt } from "../operations/api";
import { OperationError } from "../operations/operation-error";
import { liveGeneration, liveUploads } from "../operations/running";
import { dockerHost } from "../operations/survey";
import { databaseName } from "../settings/names";
import { Progress } from "../toolchain/progress";
import { databaseFrom, mediaFrom, nextOf, write, type Wanted } from "./another-generation";
import { confirmName } from "./confirm";
import { openProject, pulumi, type Project } from "./project";
import { restoring } from "./restoring";
import { bringUp, ensureStack, refresh } from "./up";
import type { Verb } from "./verb";

type What = "database" | "uploads" | "both";

interface Flags {
  to: string;
  what: What;
  generation?: number;
  yes?: boolean;
}

type Live = Record<Wanted["of"], number | undefined>;

export const restore: Verb = (program) =>
  void program
    .command("restore")
    .requiredOption("--to <point>", "latest, a moment with its zone, a mark, or a backup")
    .addOption(new Option("--what <what>", "of the data").choices(["database", "uploads", "both"]).default("database"))
    .addOption(
      new Option("--generation <number>", "of the database; default: the next that this host never had").argParser(
        Number,
      ),
    )
    .option("-y, --yes", "do not ask")
    .description(
      "Makes the data what it was at that point, in another generation beside the live one, which it takes the place of " +
        "once it is proven. The live one is kept.",
    )
    .action(async ({ to, what, generation, yes }: Flags) => {
      const progress = new Progress();
      const project = await openProject(program, progress);
      const { settings, stack, folder } = project;
      const wanted = await generations(project, what, to, generation);
      const before = await live(project);

      const undo = restoring(path.join(folder, `Pulumi.${stack}.yaml`));
      try {
        write(project, wanted);
        if (!yes) {
          await ensureStack(project);
          await pulumi(project, ["preview", ...(await refresh(project, progress))]);
          const its = { database: "the database", uploads: "the uploads", both: "the database and the uploads" }[what];
          await confirmName(`Restore ${its} of ${stack} to ${to}?`, databaseName(settings));
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
        const now = await live(project);
        if (wanted.every(({ of }) => now[of] === before[of])) {
          undo.now();
          progress.note("What was live is live as before, and the file says again what it said.");
        }
        throw error;
      }
      const now = await live(project);
      for (const { of, generation } of wanted) {
        if (now[of] !== generation)
          throw new OperationError(`It ended well, but generation ${generation} of ${of} is not live.`);
        progress.note(
          `${of}: generation ${generation} is live.` +
            (before[of] === undefined
              ? ""
              : ` Generation ${before[of]} is kept. To go back to it: ` +
                `pulumi config set --path ${of}.generation ${before[of]} --stack ${stack}, and npx tidemark up --stack ${stack}`),
        );
      }
    });

async function generations(project: Project, what: What, to: string, number?: number): Promise<Wanted[]> {
  const all: Wanted[] = [];
  if (what !== "uploads")
    all.push({
      of: "database",
      from: databaseFrom(to),
      generation: Math.max(number ?? 0, await nextOf("database", project)),
    });
  if (what !== "database") all.push({ of: "media", from: mediaFrom(to), generation: await nextOf("media", project) });
  return all;
}

async function live({ settings, prefix }: Project): Promise<Live> {
  const api = apiAt(await dockerHost(settings.docker.host));
  const [database, media] = await Promise.all([liveGeneration(api, `${prefix}-postgres`), liveUploads(api, prefix)]);
  return { database, media };
}
