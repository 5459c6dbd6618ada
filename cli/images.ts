import { Progress } from "../toolchain/progress";
import { ownImages, prepareGround } from "./ground";
import { openProject } from "./project";
import type { Verb } from "./verb";

export const images: Verb = (program) =>
  void program
    .command("images")
    .description(
      "Prepares what a stack stands on: Docker, Swarm, the registry, and Tidemark's own images. `up` does it too.",
    )
    .action(async () => {
      const progress = new Progress();
      const project = await openProject(program, progress);
      await ownImages(project, await prepareGround(project, progress), progress);
    });
