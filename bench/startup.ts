import * as path from "node:path";
import { execa } from "execa";
import { environment, passphraseOf } from "../cli/project";
import { Progress } from "../toolchain/progress";
import { EMPTY, makeEmpty, removeEmpty } from "./empty";
import { byTurns } from "./measure";
import type { Bench } from "./run";

const ROOT = path.resolve(__dirname, "..");

/** What Tidemark adds to Pulumi's own start: the dev stack, which must be up, beside an empty program with the same options. */
export const startup: Bench = {
  yardstick: "empty program",
  async run(runs, say) {
    const env = { ...(await environment(new Progress())), ...passphraseOf("dev") };
    const pulumi = async (folder: string, args: string[]): Promise<string> =>
      (await execa("pulumi", [...args, "--non-interactive"], { cwd: folder, env, stdin: "ignore" })).stdout;
    await unchanged(await pulumi(ROOT, ["preview", "--stack", "dev"]));
    const subject = (name: string, folder: string, stack: string) => [
      { subject: name, figure: "preview", run: async () => void (await pulumi(folder, ["preview", "--stack", stack])) },
      {
        subject: name,
        figure: "no-op up",
        run: async () => void (await pulumi(folder, ["up", "--yes", "--skip-preview", "--stack", stack])),
      },
    ];
    await makeEmpty(pulumi);
    try {
      return await byTurns(
        [...subject("empty program", EMPTY, "empty"), ...subject("tidemark", ROOT, "dev")],
        runs,
        say,
      );
    } finally {
      await removeEmpty(pulumi);
    }
  },
};

async function unchanged(preview: string): Promise<void> {
  if (/to (create|update|replace|delete)/.test(preview)) {
    throw new Error(`The dev stack is not up, or not as its settings say: npm run demo\n${preview}`);
  }
}
