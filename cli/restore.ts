import * as path from "node:path";
import { apiAt } from "../operations/api";
import { OperationError } from "../operations/operation-error";
import { liveGeneration } from "../operations/running";
import { dockerHost } from "../operations/survey";
import { databaseName } from "../settings/names";
import { Progress } from "../toolchain/progress";
import { databaseFrom, nextDatabase, writeDatabase } from "./another-generation";
import { confirmName } from "./confirm";
import { openProject, pulumi } from "./project";
import { restoring } from "./restoring";
import { bringUp, ensureStack, refresh } from "./up";
import type { Verb } from "./verb";

export const restore: Verb = (program) =>
  void program
    .command("restore")
    .requiredOption("--to <point>", "latest, a moment with its zone, a mark, or a backup")
    .option("-y, --yes", "do not ask")
    .description(
      "Makes the database what it was at that point, in another generation beside the live one, which it takes the place of " +
        "once it is proven. The live one is kept.",
    )
    .action(async ({ to, yes }: { to: string; yes?: boolean }) => {
      const progress = new Progress();
      const project = await openProject(program, progress);
      const { settings, stack, prefix, folder } = project;
      const wanted = await nextDatabase(project, databaseFrom(to));
      const api = apiAt(await dockerHost(settings.docker.host));
      const live = (): Promise<number | undefined> => liveGeneration(api, `${prefix}-postgres`);
      const before = await live();

      const undo = restoring(path.join(folder, `Pulumi.${stack}.yaml`));
      try {
        writeDatabase(project, wanted);
        if (!yes) {
          await ensureStack(project);
          await pulumi(project, ["preview", ...(await refresh(project, progress))]);
          await confirmName(`Restore the database of ${stack} to ${to}?`, databaseName(settings));
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
        if ((await live()) === before) {
          undo.now();
          progress.note(`Generation ${before ?? "none"} is live as before, and the file says again what it said.`);
        }
        throw error;
      }
      if ((await live()) !== wanted.generation)
        throw new OperationError(`It ended well, but generation ${wanted.generation} is not live.`);
      progress.note(
        `Generation ${wanted.generation} is live.` +
          (before === undefined
            ? ""
            : ` Generation ${before} is kept. To go back to it: pulumi config set --path database.generation ${before} ` +
              `--stack ${stack}, and npx tidemark up --stack ${stack}`),
      );
    });
