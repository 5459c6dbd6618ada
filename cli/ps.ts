import { dockerAt } from "../operations/docker";
import { listTasks, type Listed } from "../operations/task-list";
import { Progress } from "../toolchain/progress";
import { columns } from "./columns";
import { openStack } from "./project";
import type { Verb } from "./verb";

export const ps: Verb = (program) =>
  void program
    .command("ps")
    .description(
      "Each task: its process, node, image, state and since when, how often one before it ended by itself, what it uses. " +
        "Memory and CPU are known of those on the node that Docker is reached at.",
    )
    .action(async () => {
      const { settings, prefix, stack } = await openStack(program, new Progress());
      const all = await listTasks(dockerAt(settings.docker.host), prefix);
      for (const line of table(all)) console.log(line);
      if (all.length === 0) console.log(`Nothing of this stack runs. Type: npx tidemark --stack ${stack} up`);
    });

export function table(all: readonly Listed[]): string[] {
  if (all.length === 0) return [];
  const head = ["process", "task", "node", "image", "state", "since", "restarts", "memory", "cpu"];
  const rows = all.map((one) => [
    ...[one.process, one.task, one.node, one.image, one.state, `${one.since.slice(0, 19)}Z`, String(one.restarts)],
    ...[one.memory ?? "", one.cpu ?? ""],
  ]);
  const reasons = all.map(({ why }) => (why === undefined ? [] : [`  ${why}`]));
  const [first = "", ...lines] = columns([head, ...rows]);
  return [first, ...lines.flatMap((line, at) => [line, ...(reasons[at] ?? [])])];
}
