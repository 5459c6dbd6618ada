import { apiAt } from "../operations/api";
import { dockerAt } from "../operations/docker";
import { recordsAt, standing } from "../operations/ledger";
import { keptSize, libraryOf } from "../operations/logs";
import { losable } from "../operations/losable";
import { lostVolumes } from "../operations/lost-volumes";
import { ageLines, type Ages } from "../operations/secret-ages";
import { advise, statusOf, type ServiceStatus } from "../operations/status";
import { dockerHost, edgeFingerprint, type EdgeSeen } from "../operations/survey";
import { Progress } from "../toolchain/progress";
import { openStack } from "./project";
import type { Verb } from "./verb";

type Closed = NonNullable<EdgeSeen["maintenance"]>;

export const status: Verb = (program) =>
  void program
    .command("status")
    .description("What runs, what does not, and what to type. Ends with 1 when something does not run.")
    .action(async () => {
      const { settings, stack, prefix } = await openStack(program, new Progress());
      const host = await dockerHost(settings.docker.host);
      const [docker, api] = [dockerAt(host), apiAt(host)];
      const volumes = losable(settings, prefix);
      const [services, edge, history, kept, lost] = await Promise.all([
        statusOf(docker, prefix),
        edgeFingerprint(docker, `${prefix}-edge`),
        recordsAt(api, prefix),
        libraryOf(docker, host, prefix, settings.docker.nodes).then(keptSize),
        settings.docker.nodes === 1 ? lostVolumes(api, prefix, volumes) : [],
      ]);
      for (const line of table(services)) console.log(line);
      if (edge?.maintenance?.on) console.log(keptOut(edge.maintenance, stack));
      if (kept?.since)
        console.log(`kept logs: ${inMegabytes(kept.bytes)} since ${kept.since}, in volume ${prefix}-logs`);
      for (const line of secretAges(standing(history)?.secrets)) console.log(line);
      const advice = advise(services, { stack, prefix, losable: volumes, lost });
      for (const { what, type } of advice)
        console.log(`\n${what}\n  Type:\n${type.map((line) => `    ${line}`).join("\n")}`);
      if (advice.length > 0) process.exitCode = 1;
    });

function keptOut({ since, because }: Closed, stack: string): string {
  const why = [since && `since ${since}`, because && `for ${because}`].filter(Boolean).join(", ");
  return `\nVisitors are kept out${why && ` ${why}`}. To let them in: npx tidemark maintenance off --stack ${stack}`;
}

function inMegabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

function secretAges(secrets: Ages = {}): string[] {
  const lines = ageLines(secrets, new Date());
  return lines.length === 0
    ? []
    : ["", "Secrets, and for how long each has been the same:", ...lines.map((one) => `  ${one}`)];
}

function table(services: readonly ServiceStatus[]): string[] {
  const width = Math.max(0, ...services.map(({ name }) => name.length));
  return services.map(({ name, running, wanted, image, since }) =>
    [
      name.padEnd(width),
      `${running} of ${wanted}`,
      image.split("/").at(-1),
      since ? `since ${since.slice(0, 19)}Z` : "",
    ]
      .join("  ")
      .trimEnd(),
  );
}
