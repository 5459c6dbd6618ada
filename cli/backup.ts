import { Argument, Option } from "commander";
import { backUp, backUpUploads, type Kind } from "../operations/archive";
import { dockerAt } from "../operations/docker";
import { followLog } from "../operations/job";
import { Progress } from "../toolchain/progress";
import { size } from "./backups";
import { openStack } from "./project";
import type { Verb } from "./verb";

export const backup: Verb = (program) =>
  void program
    .command("backup")
    .addArgument(new Argument("<when>", "now").choices(["now"]))
    .addOption(
      new Option("--kind <kind>", "full; or what is new since the last full one (diff), or since the last (incr)")
        .choices(["full", "diff", "incr"])
        .default("incr"),
    )
    .description(
      "Backs the stack's own database and its uploads up while they serve. The archive goes on by itself, whenever this is typed.",
    )
    .action(async (_: "now", { kind }: { kind: Kind }) => {
      const { settings, prefix } = await openStack(program, new Progress());
      const { host } = settings.docker;
      const world = { docker: dockerAt(host), follow: followLog(host), say: (line: string) => console.error(line) };
      const made = await backUp(world, prefix, kind);
      const uploads = await backUpUploads(world, prefix);
      console.log(`${made.label} (${made.kind}): ${size(made.bytes)}, of which ${size(made.stored)} were new`);
      if (uploads)
        console.log(
          `${uploads.snapshot} (uploads): ${uploads.files} files, ${size(uploads.bytes)}, of which ${size(uploads.stored)} were new`,
        );
    });
