import { dockerAt } from "../operations/docker";
import { killTasks, stopServices } from "../operations/stopping";
import { withStopped } from "../settings/stopped";
import { Progress } from "../toolchain/progress";
import { chosenProcesses } from "./chosen";
import { openProject } from "./project";
import { writeSetting } from "./stack-setting";
import type { Verb } from "./verb";

export const stop: Verb = (program) =>
  void program
    .command("stop")
    .argument("[process...]", "default: all")
    .option("--now", "kill what runs: requests and tasks under way are lost")
    .description(
      "Has no task of these processes run, at once and without an update, and writes it into the settings.\n" +
        "The data and the edge go on; nothing is deleted. Works with the database dead.",
    )
    .action(async (names: string[], { now = false }: { now?: boolean }) => {
      const project = await openProject(program, new Progress());
      const { settings, stack, prefix } = project;
      const processes = chosenProcesses(settings, names);
      const docker = dockerAt(settings.docker.host);
      const stopped = await stopServices(
        docker,
        processes.map((name) => `${prefix}-${name}`),
      );
      if (now) await killTasks(docker, stopped);
      writeSetting(project, ["stopped"], withStopped(settings, processes));
      const rest = now
        ? "none of them runs any more"
        : "what they have begun may end, as long as drain and grace allow";
      console.log(`Stopped: ${stopped.join(", ") || "none, for none is there"}; ${rest}.`);
      console.log(`  Pulumi.${stack}.yaml says so too, so the next update starts none of them.`);
      console.log(`  The way back: npx tidemark --stack ${stack} ${["start", ...names].join(" ")}`);
    });
