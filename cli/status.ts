import { apiAt } from "../operations/api";
import { dockerAt } from "../operations/docker";
import { keeperAdvice, keeperLines, keeperStatus } from "../operations/keeper-status";
import { recordsAt, standing } from "../operations/ledger";
import { keptSize, libraryOf } from "../operations/logs";
import { losable } from "../operations/losable";
import { lostVolumes } from "../operations/lost-volumes";
import { ageLines, type Ages } from "../operations/secret-ages";
import { advise, statusOf, type Advice, type ServiceStatus } from "../operations/status";
import { dockerHost, edgeFingerprint, type EdgeSeen } from "../operations/survey";
import type { Settings } from "../settings/schema";
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
      const [services, edge, history, kept, lost, keeper] = await Promise.all([
        statusOf(docker, prefix),
        edgeFingerprint(docker, `${prefix}-edge`),
        recordsAt(api, prefix),
        libraryOf(docker, host, prefix, settings.docker.nodes).then(keptSize),
        settings.docker.nodes === 1 ? lostVolumes(api, prefix, volumes) : [],
        settings.backup && keeperStatus(docker, prefix),
      ]);
      for (const line of table(services)) console.log(line);
      for (const line of stoppedLine(services, settings, prefix, stack)) console.log(line);
      if (edge?.maintenance?.on) console.log(keptOut(edge.maintenance, stack));
      if (kept?.since)
        console.log(`kept logs: ${inMegabytes(kept.bytes)} since ${kept.since}, in volume ${prefix}-logs`);
      if (keeper && settings.backup)
        for (const line of keeperLines(keeper, settings.backup, Date.now())) console.log(line);
      for (const line of secretAges(standing(history)?.secrets)) console.log(line);
      const advice = [
        ...advise(services, { stack, prefix, losable: volumes, lost }),
        ...otherNumber(services, settings, prefix, stack),
        ...(keeper ? keeperAdvice(keeper, stack, Date.now()) : []),
      ];
      for (const { what, type } of advice)
        console.log(`\n${what}\n  Type:\n${type.map((line) => `    ${line}`).join("\n")}`);
      if (advice.length > 0) process.exitCode = 1;
    });

/** What was stopped is meant so, and visitors see it all the same. */
export function stoppedLine(
  services: readonly ServiceStatus[],
  its: Processes,
  prefix: string,
  stack: string,
): string[] {
  const stopped = processesOf(services, its, prefix).flatMap(({ name, wanted }) => (wanted === 0 ? [name] : []));
  if (stopped.length === 0) return [];
  return [`\nStopped: ${stopped.join(", ")}. To start: npx tidemark start ${stopped.join(" ")} --stack ${stack}`];
}

/** Somebody has scaled it by hand. */
export function otherNumber(
  services: readonly ServiceStatus[],
  its: Processes,
  prefix: string,
  stack: string,
): Advice[] {
  return processesOf(services, its, prefix).flatMap(({ name, wanted }) => {
    const replicas = its.processes[name]?.replicas ?? 1;
    if (wanted === 0 || wanted === replicas) return [];
    const what = `${prefix}-${name} is to run ${wanted} times, and the settings say ${replicas}. To have it as they say:`;
    return [{ what, type: [`npx tidemark up --stack ${stack}`] }];
  });
}

type Processes = Pick<Settings, "processes">;

function processesOf(services: readonly ServiceStatus[], { processes }: Processes, prefix: string) {
  return services.flatMap(({ name, wanted }) => {
    const process = name.slice(prefix.length + 1);
    return process in processes ? [{ name: process, wanted }] : [];
  });
}

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
