import { Progress } from "../toolchain/progress";
import { openProject, pulumi } from "./project";
import { ensureStack, refresh } from "./up";
import type { Verb } from "./verb";

export const preview: Verb = (program) =>
  void program
    .command("preview")
    .description("`pulumi preview`: what an update would do. Changes nothing.")
    .option("--diff", "every changed property")
    .action(async ({ diff }: { diff?: boolean }) => {
      const progress = new Progress();
      const project = await openProject(program, progress);
      await ensureStack(project);
      await pulumi(project, ["preview", ...(diff ? ["--diff"] : []), ...(await refresh(project, progress))]);
    });
