import { dockerAt } from "../operations/docker";
import { advise, statusOf, type Losable, type ServiceStatus } from "../operations/status";
import { isOwn } from "../settings/database";
import type { Settings } from "../settings/schema";
import { Progress } from "../toolchain/progress";
import { openProject } from "./project";
import type { Verb } from "./verb";

export const status: Verb = (program) =>
  void program
    .command("status")
    .description("What runs, what does not, and what to type. Ends with 1 when something does not run.")
    .action(async () => {
      const { settings, prefix } = await openProject(program, new Progress());
      const services = await statusOf(dockerAt(settings.docker.host), prefix);
      for (const line of table(services)) console.log(line);
      const advice = advise(services, prefix, losable(settings));
      for (const { what, type } of advice) console.log(`\n${what}\n  Type:\n${type.map((line) => `    ${line}`).join("\n")}`);
      if (advice.length > 0) process.exitCode = 1;
    });

/** What can be lost, and where the settings say which one is live. */
function losable({ database, media, volumes, processes }: Settings): Losable[] {
  const seen = Object.values(processes).flatMap((process) => Object.entries(process.volumes));
  return [
    ...(isOwn(database) ? [{ setting: "database.generation", generation: database.generation, path: "/var/lib/postgresql/data" }] : []),
    ...(media ? [{ setting: "media.generation", generation: media.generation, path: media.path }] : []),
    ...seen.map(([name, path]) => ({ setting: `volumes.${name}.generation`, generation: volumes[name]?.generation ?? 1, path })),
  ];
}

function table(services: readonly ServiceStatus[]): string[] {
  const width = Math.max(0, ...services.map(({ name }) => name.length));
  return services.map(({ name, running, wanted, image, since }) =>
    [name.padEnd(width), `${running} of ${wanted}`, image.split("/").at(-1), since ? `since ${since.slice(0, 19)}Z` : ""].join("  ").trimEnd(),
  );
}
