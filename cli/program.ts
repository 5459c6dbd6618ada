import { Command } from "commander";
import { backup } from "./backup";
import { backups } from "./backups";
import { build } from "./build";
import { demo } from "./demo";
import { down } from "./down";
import { drill } from "./drill";
import { env } from "./env";
import { exportData } from "./export";
import { images } from "./images";
import { logs } from "./logs";
import { maintenance } from "./maintenance";
import { plan } from "./plan";
import { preview } from "./preview";
import { ps } from "./ps";
import { recoveryKit } from "./recovery-kit";
import { releases } from "./releases";
import { restore } from "./restore";
import { rollback } from "./rollback";
import { run } from "./run";
import { scale } from "./scale";
import { start } from "./start";
import { status } from "./status";
import { stop } from "./stop";
import { up } from "./up";
import type { Verb } from "./verb";

const verbs: Verb[] = [
  env,
  preview,
  plan,
  up,
  build,
  images,
  backup,
  backups,
  releases,
  restore,
  drill,
  exportData,
  recoveryKit,
  rollback,
  run,
  logs,
  ps,
  scale,
  status,
  maintenance,
  stop,
  start,
  down,
  demo,
];

/** `tidemark`: what `pulumi` alone can do too, with the values found and the ground prepared. */
export function tidemark(): Command {
  const program = new Command("tidemark")
    .description("Deploys, rollbacks and restores of a Django or Flask application, as stack updates.")
    .option("-s, --stack <name>", "the stack; default: $PULUMI_STACK, else the selected one")
    .showHelpAfterError();
  for (const verb of verbs) verb(program);
  return program;
}
