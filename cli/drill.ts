import { drillNow } from "../operations/archive";
import { dockerAt } from "../operations/docker";
import { followLog } from "../operations/job";
import { duration } from "../toolchain/duration";
import { Progress } from "../toolchain/progress";
import { openStack } from "./project";
import type { Verb } from "./verb";

export const drill: Verb = (program) =>
  void program
    .command("drill")
    .description(
      "Restores the newest state from the backups into a place of its own, proves and measures it, and removes it. Nothing live is touched.",
    )
    .option("--json", "its evidence, for programs")
    .action(async ({ json }: { json?: boolean }) => {
      const { settings, prefix } = await openStack(program, new Progress());
      const { host } = settings.docker;
      const world = { docker: dockerAt(host), follow: followLog(host), say: (line: string) => console.error(line) };
      const its = await drillNow(world, prefix);
      if (json) return console.log(JSON.stringify(its, undefined, 2));
      const before = its.rpo === undefined || its.rpo === null ? "" : `, as they were ${duration(its.rpo)} before`;
      console.log(`proven: ${its.rows} rows in ${its.tables} tables came back in ${duration(its.rto)}${before}`);
    });
