import * as path from "node:path";
import { commitOf } from "../operations/build-image";
import { OperationError } from "../operations/operation-error";
import { Progress } from "../toolchain/progress";
import { builds, buildTag, prepareGround } from "./ground";
import { openProject } from "./project";
import type { Verb } from "./verb";

export const build: Verb = (program) =>
  void program
    .command("build")
    .argument("<tag>", "a tag of the repository that build.source names")
    .description("Builds the image of a tag from a clean checkout, stores it, and prints its pinned name.")
    .action(async (tag: string) => {
      const progress = new Progress();
      const project = await openProject(program, progress);
      const wanted = builds(project, tag);
      if (wanted.length === 0)
        throw new OperationError(
          `build: nothing  The settings of ${project.stack} name no build. Add build: { source: … }.`,
        );
      for (const one of wanted) await commitOf(path.resolve(project.folder, one.build.source), tag);
      const ground = await prepareGround(project, progress);
      for (const one of wanted) console.log(await buildTag(project, ground, progress, one));
    });
