import { dockerAt } from "../operations/docker";
import { moment, printed } from "../operations/log-line";
import { keptProcesses, libraryOf, readLogs, type Asked, type Library } from "../operations/logs";
import { OperationError } from "../operations/operation-error";
import { dockerHost } from "../operations/survey";
import { keptSeconds } from "../settings/logs";
import type { Settings } from "../settings/schema";
import { servicesOf } from "../settings/services";
import { Progress } from "../toolchain/progress";
import { openStack } from "./project";
import type { Verb } from "./verb";

interface Flags {
  since?: string;
  until?: string;
  grep?: string;
  lines?: string;
  follow?: boolean;
}

/** How many lines are shown of whoever asks for no more. */
const USUAL = 100;

export const logs: Verb = (program) =>
  void program
    .command("logs")
    .argument("[process...]", "such as web, worker, edge, postgres, or a job; default: all")
    .option("--since <time>", "so long ago, such as 2h or 7d, or a time such as 2026-11-21T10:00Z")
    .option("--until <time>", "the same")
    .option("--grep <regex>", "only lines in which this regular expression is found")
    .option("-n, --lines <count>", `only the newest; default: ${USUAL}, and with --since or --until all`)
    .option("-f, --follow", "goes on with what comes")
    .description(
      "What processes and jobs wrote, those of former releases too, in the order of time: each line with its time in UTC, " +
        "its process and task.",
    )
    .action(async (processes: string[], flags: Flags) => {
      const { settings, prefix, stack } = await openStack(program, new Progress());
      const asked = askedFor(prefix, processes, flags);
      const host = await dockerHost(settings.docker.host);
      const library = await libraryOf(dockerAt(host), host, prefix, settings.docker.nodes);
      await refuseUnknown(library, settings, processes);
      for (const line of whatIsMissing(library, settings, stack)) console.error(line);
      // Whoever reads the first lines alone, as head does, closes our output.
      process.stdout.on("error", () => process.exit());
      let [width, found] = [0, 0];
      await readLogs(library, asked, (line) => {
        width = Math.max(width, line.task.length);
        found++;
        console.log(printed(line, width));
      });
      if (found === 0) console.error("There is no such line.");
    });

export function askedFor(prefix: string, processes: readonly string[], flags: Flags, now = Date.now()): Asked {
  const { since, until, grep, lines, follow = false } = flags;
  if (follow && until !== undefined) throw new OperationError("--until  With --follow there is no end. Leave one out.");
  const count = lines ?? (since === undefined && until === undefined ? String(USUAL) : undefined);
  if (count !== undefined && !/^[1-9]\d*$/.test(count)) {
    throw new OperationError(`--lines ${count}  Write how many, such as 500.`);
  }
  return {
    prefix,
    processes,
    ...(since !== undefined && { since: moment(since, "--since", now) }),
    ...(until !== undefined && { until: moment(until, "--until", now) }),
    ...(grep !== undefined && { grep: expression(grep) }),
    ...(count !== undefined && { count: Number(count) }),
    follow,
  };
}

function expression(text: string): RegExp {
  try {
    return new RegExp(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new OperationError(`--grep ${text}  ${error.message}. Put \\ before a character that stands for itself.`);
  }
}

async function refuseUnknown(library: Library, settings: Settings, processes: readonly string[]): Promise<void> {
  const running = servicesOf(settings);
  if (processes.every((name) => running.includes(name))) return;
  const all = [...new Set([...running, ...(await keptProcesses(library))])].sort();
  const unknown = processes.filter((name) => !all.includes(name));
  if (unknown.length === 0) return;
  throw new OperationError(`${unknown.join(", ")}  Nothing is known of it. There are ${all.join(", ")}.`);
}

/** So that nobody takes a part for the whole. */
function whatIsMissing({ keeper, others }: Library, { logs }: Settings, stack: string): string[] {
  if (keeper !== undefined) {
    return others ? ["Of other nodes only what Docker still has is shown; each node keeps its own."] : [];
  }
  return keptSeconds(logs) === undefined
    ? ["Only what Docker still has is shown: logs.keep is off."]
    : [
        `Only what Docker still has is shown: the keeper of logs does not run. See: npx tidemark --stack ${stack} status`,
      ];
}
