import { Progress } from "../toolchain/progress";
import { ensureEngine } from "../toolchain/engine/engine";
import { environment, passphraseOf } from "./project";
import type { Verb } from "./verb";

export const env: Verb = (program) =>
  void program
    .command("env")
    .description('What a shell needs to run pulumi itself: eval "$(npx tidemark env)"')
    .action(async () => {
      const { stack = process.env.PULUMI_STACK ?? "dev" } = program.opts<{ stack?: string }>();
      const progress = new Progress();
      const { PATH, ...others } = { ...(await environment(progress)), ...passphraseOf(stack) };
      progress.note((await ensureEngine(progress)).why);
      const added = PATH?.slice(0, -(process.env.PATH ?? "").length) ?? "";
      console.log(`export PATH=${quoted(added)}"$PATH"`);
      for (const [name, value] of Object.entries(others)) console.log(`export ${name}=${quoted(value)}`);
    });

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
