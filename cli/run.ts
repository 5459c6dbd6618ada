import { fstatSync } from "node:fs";
import { constants } from "node:os";
import { apiAt } from "../operations/api";
import { dockerAt } from "../operations/docker";
import { enterOneOff, removeEnded, runOneOff } from "../operations/one-off";
import { OperationError } from "../operations/operation-error";
import { runningImages, short } from "../operations/running";
import { dockerHost } from "../operations/survey";
import type { Settings } from "../settings/schema";
import { Progress } from "../toolchain/progress";
import { openStack } from "./project";
import type { Verb } from "./verb";

export const run: Verb = (program) =>
  void program
    .command("run")
    .argument("<command...>", "after --, program and arguments")
    .option("--as <process>", "with the environment, image and volumes of this process; default: the first web")
    .description(
      "Runs a command once, beside the running release and with all that a process of it has. Its exit code is ours. " +
        "On a terminal, and with something piped into it, it is joined to that. Nothing of it is left behind.",
    )
    .action(async (command: string[], { as }: { as?: string }) => {
      const { settings, prefix } = await openStack(program, new Progress());
      const process = processFor(settings, as);
      const host = await dockerHost(settings.docker.host);
      const [docker, api] = [dockerAt(host), apiAt(host)];
      await removeEnded(docker, prefix);
      const interruption = new Interruption();
      const world = { docker, api, host, stop: interruption.signal };
      const order = { prefix, service: `${prefix}-${process}`, command };
      const input = inputOf();
      if (input === "terminal") console.error(await introduction(api, prefix, process));
      const code = input ? await enterOneOff(world, order, input === "terminal") : await runOneOff(world, order);
      globalThis.process.exitCode = interruption.exitCode ?? code;
    });

/** The process that is named, else the first web, else the first of all. */
export function processFor({ processes }: Pick<Settings, "processes">, named?: string): string {
  const names = Object.keys(processes).sort();
  const found = named === undefined ? names.find((name) => processes[name]?.kind === "web") : named;
  const chosen = found ?? names[0] ?? "";
  if (processes[chosen]) return chosen;
  throw new OperationError(
    `--as ${chosen}  There is no such process, so nothing was run. There are ${names.join(", ")}.`,
  );
}

async function introduction(api: ReturnType<typeof apiAt>, prefix: string, process: string): Promise<string> {
  const { [process]: image } = await runningImages(api, prefix, [process]);
  return `As ${process}${image === undefined ? "" : `, ${short(image)}`}. It is removed when you leave.`;
}

/** What is at the other end of standard input; nothing where nobody is, or where only the output is wanted. */
function inputOf(): "terminal" | "pipe" | undefined {
  if (process.stdin.isTTY) return process.stdout.isTTY ? "terminal" : undefined;
  const its = fstatSync(0);
  return its.isFIFO() || its.isFile() || its.isSocket() ? "pipe" : undefined;
}

/** Ctrl-C, and whatever else asks us to end: the command is ended first, and removed. */
class Interruption {
  exitCode?: number;
  private readonly controller = new AbortController();

  constructor() {
    for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
      process.on(name, () => {
        this.exitCode ??= 128 + constants.signals[name];
        this.controller.abort();
      });
    }
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }
}
