import { dockerAt } from "../operations/docker";
import { startServices } from "../operations/stopping";
import { withStarted } from "../settings/stopped";
import { seconds } from "../settings/units";
import { Progress } from "../toolchain/progress";
import { chosenProcesses } from "./chosen";
import { openProject } from "./project";
import { writeSetting } from "./stack-setting";
import type { Verb } from "./verb";

export const start: Verb = (program) =>
  void program
    .command("start")
    .argument("[process...]", "default: all")
    .description(
      "Starts processes that were stopped, writes it into the settings, and waits until they run.\n" +
        "It is the release that ran before. Works with the database dead.",
    )
    .action(async (names: string[]) => {
      const project = await openProject(program, new Progress());
      const { settings, stack, prefix } = project;
      const processes = chosenProcesses(settings, names);
      const replicas = processes.map((name) => [`${prefix}-${name}`, settings.processes[name]?.replicas ?? 1] as const);
      writeSetting(project, ["stopped"], withStarted(settings, processes));
      await startServices(
        dockerAt(settings.docker.host),
        Object.fromEntries(replicas),
        seconds(settings.release.rollLimit) * 1000,
        (line) => console.log(line),
      );
      console.log(`Started: ${processes.join(", ")}. Pulumi.${stack}.yaml says so too.`);
      console.log(`  The way back: npx tidemark --stack ${stack} ${["stop", ...names].join(" ")}`);
    });
