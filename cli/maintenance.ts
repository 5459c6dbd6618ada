import { Argument } from "commander";
import { publicUrl } from "../components/edge/plan";
import { dockerAt } from "../operations/docker";
import { followLog } from "../operations/job";
import { setMaintenance } from "../operations/maintenance";
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
      const on = state === "on";
      const { was } = await setMaintenance(dockerAt(host), prefix, on, because, followLog(host));
      writeSetting(project, ["maintenance", "on"], on);
      console.log(`Maintenance of ${publicUrl(settings.edge)} ${was === on ? "stays" : "is"} ${state}.`);
      console.log(`  Pulumi.${stack}.yaml says so too, so the next update changes nothing.`);
      console.log(`  The way back: npx tidemark --stack ${stack} maintenance ${on ? "off" : "on"}`);
    });
