import { dockerAt } from "../operations/docker";
import { planInWords } from "../operations/plan";
import { dockerHost } from "../operations/survey";
import { Progress } from "../toolchain/progress";
import { planStack } from "./plan-stack";
import { openProject } from "./project";
import type { Verb } from "./verb";

export const plan: Verb = (program) =>
  void program
    .command("plan")
    .description(
      "What a deploy would do: images, pending migrations with their SQL, maintenance, the preflight. Changes nothing. " +
        "Ends with 1 when the preflight would refuse.",
    )
    .option("--json", "for programs")
    .action(async ({ json }: { json?: boolean }) => {
      const progress = new Progress();
      const project = await openProject(program, progress);
      const docker = dockerAt(await dockerHost(project.settings.docker.host));
      const found = await planStack(project, docker);
      if (json) console.log(JSON.stringify(found, undefined, 2));
      else for (const line of planInWords(found)) console.log(line);
      if (found.preflight.passes === false) process.exitCode = 1;
    });
