import { Argument } from "commander";
import { publicUrl } from "../components/edge/plan";
import { dockerAt } from "../operations/docker";
import { followLog } from "../operations/job";
import { setMaintenance } from "../operations/maintenance";
import { newsOfMaintenance, notify } from "../operations/notify";
import { OperationError } from "../operations/operation-error";
import { Progress } from "../toolchain/progress";
import { openProject } from "./project";
import { writeSetting } from "./stack-setting";
import type { Verb } from "./verb";

export const maintenance: Verb = (program) =>
  void program
    .command("maintenance")
    .addArgument(
      new Argument("<state>", "on: visitors get 503 and a page; off: they are let in").choices(["on", "off"]),
    )
    .option("--because <text>", "for who asks later why")
    .description(
      "Keeps visitors out or lets them in, at once and without an update, and writes it into the settings.\n" +
        "Websockets that are open stay. Works with the database dead.",
    )
    .action(async (state: "on" | "off", { because }: { because?: string }) => {
      const project = await openProject(program, new Progress());
      const { settings, stack, prefix } = project;
      const { host } = settings.docker;
      const [docker, follow] = [dockerAt(host), followLog(host)];
      const on = state === "on";
      const former = await setMaintenance(docker, prefix, on, because, follow);
      if (!former)
        throw new OperationError(`There is no service ${prefix}-edge on this Docker host; nothing was changed.`);
      writeSetting(project, ["maintenance", "on"], on);
      if (settings.notify && former.was !== on) {
        await notify(docker, settings.notify, newsOfMaintenance(prefix, on, because), follow, console.error);
      }
      console.log(`Maintenance of ${publicUrl(settings.edge)} ${former.was === on ? "stays" : "is"} ${state}.`);
      console.log(`  Pulumi.${stack}.yaml says so too, so the next update changes nothing.`);
      console.log(`  The way back: npx tidemark --stack ${stack} maintenance ${on ? "off" : "on"}`);
    });
