import * as path from "node:path";
import type { Command } from "commander";
import { publicUrl } from "../components/edge/plan";
import { gitRepository } from "../examples/demo/repository";
import { OperationError } from "../operations/operation-error";
import { Progress } from "../toolchain/progress";
import { bringUp } from "./up";
import type { Verb } from "./verb";

/** The demo's source, as somebody's repository with a tag for each release. */
const SOURCE = path.resolve(__dirname, "..", ".tidemark", "demo");

export const demo: Verb = (program) =>
  void program
    .command("demo")
    .description("Brings the demo shop up on this machine, from nothing.")
    .action(async () => {
      const progress = new Progress();
      await progress.step("Laying the demo's repository out", 1, () => gitRepository(SOURCE));
      const project = await bringUp(onDev(program), progress, true);
      const url = publicUrl(project.settings.edge);
      await progress.step("Asking the shop whether it is ready", 1, () => isReady(url));
      console.log(`\n${progress.summary()}\n\n${next(url, project.settings.tag)}`);
    });

function onDev(program: Command): Command {
  if (!program.opts<{ stack?: string }>().stack) program.setOptionValue("stack", "dev");
  return program;
}

async function isReady(url: string): Promise<void> {
  const answer = await fetch(`${url}health/ready/`);
  if (!answer.ok)
    throw new OperationError(
      `${url}health/ready/ answers ${answer.status}: ${await answer.text()}\n  To see why: npx tidemark status`,
    );
}

/** Where the tour begins. */
const FIRST = "1.0.0";

function next(url: string, tag: string): string {
  if (tag !== FIRST)
    return `The shop, as Pulumi.dev.yaml says: ${tag}, ${url}

To have the tour's beginning back:
  npm run demo:down                             take this one down
  git checkout Pulumi.dev.yaml                  the file as it came
  npm run demo                                  and again`;
  return `The shop: ${url}

What to type next:
  eval "$(npx tidemark env)"                    once in a shell, for pulumi itself
  pulumi config set tag 1.1.0 --stack dev       deploy the next release:
  npx tidemark build 1.1.0 --stack dev          build its image (up would, preview writes nothing),
  npx tidemark preview --stack dev              see what it would do,
  npx tidemark up --stack dev                   do it
  npx tidemark rollback --stack dev             go back: it is refused, and says what to type
  npm run demo:down                             take it all down again`;
}
