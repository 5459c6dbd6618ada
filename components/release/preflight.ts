import * as pulumi from "@pulumi/pulumi";
import type { ReleaseFacts } from "../../operations/ledger";
import type { Preflight as Found, PreflightOrder } from "../../operations/preflight";
import { isOwn } from "../../settings/database";
import type { Settings } from "../../settings/schema";
import { seconds } from "../../settings/units";
import { LAUNCH, launched } from "../processes/launched";
import type { Image, Runtime } from "../processes/runtime";
import type { Content } from "../swarm/content";
import { jobOrder } from "../swarm/job";
import { Operation } from "../swarm/operation";
import { acceptedAnyway } from "./accepted";
import type { Looking } from "./looking";
import { programs } from "./programs";

export interface PreflightArgs {
  runtime: Runtime;
  image: Image;
  /** Without one only the further checks are run. */
  looking?: Looking;
  settings: Pick<Settings, "release" | "database" | "edge">;
  environment: Content;
  /** The service whose image runs now. */
  running: string;
  /** The service of the stack's own database. */
  database?: string;
  stack: string;
  release: ReleaseFacts;
}

/** Asks a release's image whether it may be released, before anything moves. */
export class Preflight extends pulumi.ComponentResource {
  readonly found: pulumi.Output<Found>;

  constructor(name: string, args: PreflightArgs, opts?: pulumi.ComponentResourceOptions) {
    super("tidemark:release:Preflight", name, {}, opts);
    const { runtime, looking, settings, environment } = args;
    const { scope } = runtime;
    const { release, database } = settings;
    const job = (its: string, command: readonly string[], more: Record<string, Content> = {}): pulumi.Output<object> =>
      jobOrder(`${name}-${its}`, scope, {
        image: args.image.pinned,
        command: launched(command),
        secrets: { environment },
        configs: { [LAUNCH]: runtime.scripts.launch, ...more },
        networks: [runtime.networks.back],
        limitSeconds: seconds(release.limit),
      });
    const order: Record<keyof Omit<PreflightOrder, "look" | "database">, unknown> = {
      release: args.release,
      stack: args.stack,
      running: args.running,
      checks: release.checks.map((command, at) => ({ command, job: job(`check-${at + 1}`, command) })),
      accept: release.accept,
      acceptedAnyway: acceptedAnyway(settings),
      onAhead: database === false ? "refuse" : database.onAhead,
    };
    const run = new Operation(
      name,
      {
        scope,
        operation: "preflight",
        order: {
          ...order,
          ...(args.database !== undefined && { database: args.database }),
          ...(looking && { look: job("look", looking.command, programs(name, scope, looking.scripts, this)) }),
        },
        // What makes the migration run again has to know anew what is pending: it may keep visitors out for that.
        triggers: [isOwn(database) ? database.generation : 0, release.lockTimeout, release.statementTimeout],
      },
      { parent: this },
    );
    this.found = run.evidence.apply((line) => JSON.parse(line) as Found);
    this.registerOutputs({});
  }
}
