import { Command } from "commander";
import { OperationError } from "../operations/operation-error";
import { Refusal } from "../settings/refusal";
import { build } from "./build";
import { Declined } from "./declined";
import { demo } from "./demo";
import { down } from "./down";
import { env } from "./env";
import { images } from "./images";
import { preview } from "./preview";
import { status } from "./status";
import { up } from "./up";
import type { Verb } from "./verb";

const verbs: Verb[] = [env, preview, up, build, images, status, down, demo];

/** `tidemark`: what `pulumi` alone can do too, with the values found and the ground prepared. */
async function main(): Promise<void> {
  const program = new Command("tidemark")
    .description("Deploys, rollbacks and restores of a Django or Flask application, as stack updates.")
    .option("-s, --stack <name>", "the stack; default: $PULUMI_STACK, else the selected one")
    .showHelpAfterError()
    .enablePositionalOptions();
  for (const verb of verbs) verb(program);
  await program.parseAsync();
}

main().catch((error: unknown) => {
  const plain = error instanceof OperationError || error instanceof Refusal;
  console.error(plain ? error.message : error);
  process.exitCode = error instanceof Declined ? Declined.exitCode : 1;
});
