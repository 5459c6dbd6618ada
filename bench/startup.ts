import { cp, mkdir, rm, writeFile } from "node:fs/promises";
import * as path from "node:path";
import { execa } from "execa";
import { environment, passphraseOf } from "../cli/project";
import { Progress } from "../toolchain/progress";
import type { Bench } from "./run";
import { byTurns } from "./measure";

const ROOT = path.resolve(__dirname, "..");
const EMPTY = path.join(ROOT, ".tidemark", "bench", "empty");

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
    await emptyProject(pulumi);
    try {
      return await byTurns(
        [...subject("empty program", EMPTY, "empty"), ...subject("tidemark", ROOT, "dev")],
        runs,
        say,
      );
    } finally {
      await pulumi(EMPTY, ["destroy", "--yes", "--skip-preview", "--stack", "empty", "--remove"]);
      await rm(EMPTY, { recursive: true });
    }
  },
};

/** The same Pulumi.yaml, loader and backend; nothing in the program. */
async function emptyProject(pulumi: (folder: string, args: string[]) => Promise<string>): Promise<void> {
  await rm(EMPTY, { recursive: true, force: true });
  await mkdir(EMPTY, { recursive: true });
  await cp(path.join(ROOT, "Pulumi.yaml"), path.join(EMPTY, "Pulumi.yaml"));
  await writeFile(
    path.join(EMPTY, "tsconfig.json"),
    JSON.stringify({ extends: `${path.relative(EMPTY, ROOT)}/tsconfig.json` }),
  );
  await writeFile(path.join(EMPTY, "package.json"), JSON.stringify({ private: true, main: "index.ts" }));
  await writeFile(path.join(EMPTY, "index.ts"), 'import "@pulumi/pulumi";\n');
  await pulumi(EMPTY, ["stack", "select", "--create", "empty"]);
  await pulumi(EMPTY, ["up", "--yes", "--skip-preview", "--stack", "empty"]);
}

async function unchanged(preview: string): Promise<void> {
  if (/to (create|update|replace|delete)/.test(preview)) {
    throw new Error(`The dev stack is not up, or not as its settings say: npm run demo\n${preview}`);
  }
}
