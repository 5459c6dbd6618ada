import { OperationError } from "../operations/operation-error";
import type { Settings } from "../settings/schema";
import { servicesOf } from "../settings/services";
import { Progress } from "../toolchain/progress";
import { openStack } from "./project";
import type { Verb } from "./verb";

export const scale: Verb = (program) =>
  void program
    .command("scale")
    .argument("<process=count...>", "such as worker=4")
    .description("Refuses, and says which setting makes more or fewer of a process: the next `up` would take it back.")
    .action(async (wanted: string[]) => {
      const { settings, stack } = await openStack(program, new Progress());
      throw new OperationError(instead(settings, stack, wanted));
    });

/** What to type instead. */
export function instead(
  settings: Pick<Settings, "processes" | "redis" | "database" | "logs">,
  stack: string,
  wanted: readonly string[],
): string {
  const said = wanted.map((one) => ({ one, ...answer(settings, stack, one) }));
  const type = said.flatMap((its) => its.type ?? []);
  return [
    "How many of a process run is a setting, and the next up would take anything else back: nothing was changed",
    ...said.flatMap(({ one, why }) => (why === undefined ? [] : [`  ${one}  ${why}`])),
    ...(type.length > 0
      ? [
          "  Type:",
          ...[`eval "$(npx tidemark --stack ${stack} env)"`, ...type, `npx tidemark --stack ${stack} up`].map(
            (line) => `    ${line}`,
          ),
        ]
      : []),
  ].join("\n");
}

function answer(
  settings: Pick<Settings, "processes" | "redis" | "database" | "logs">,
  stack: string,
  wanted: string,
): { why?: string; type?: string } {
  const [, name = wanted, count] = /^([^=]+)=(\d+)$/.exec(wanted) ?? [];
  const process = settings.processes[name];
  const names = Object.keys(settings.processes).sort().join(", ");
  if (!process && servicesOf(settings).includes(name)) return { why: "There is always one of it." };
  if (!process) return { why: `There is no such process. There are ${names}.` };
  if (count === undefined) return { why: `Write ${name}=2 for two of it.` };
  if (process.kind === "beat") return { why: "There is only ever one beat: two would send every task twice." };
  if (Number(count) < 1) return { why: "At least one has to run." };
  return { type: `pulumi config set --path processes.${name}.replicas ${Number(count)} --stack ${stack}` };
}
