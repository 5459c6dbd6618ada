import * as pulumi from "@pulumi/pulumi";
import type { ReleaseFacts } from "../../operations/ledger";
import type { MigrateOrder, Migrated } from "../../operations/migrate";
import type { Preflight } from "../../operations/preflight";
import { seconds, type Duration } from "../../settings/units";
import { TURNS_LABEL, turnsInWords } from "../data/turns";
import { renderEnvironment } from "../processes/environment";
import { LAUNCH, launched } from "../processes/launched";
import type { Image, Runtime } from "../processes/runtime";
import { SecretContent } from "../swarm/content";
import { jobOrder } from "../swarm/job";
import { Operation } from "../swarm/operation";
import { locked, lockedEnvironment } from "./locked";
import { programs } from "./programs";

export interface MigrateArgs {
  runtime: Runtime;
  image: Image;
  command: string[];
  /** With the owner's login: the application's own may not change the schema. */
  environment: Record<string, string>;
  /** Where the database is, with the owner's login. Without one nothing is locked. */
  databaseUrl?: string;
  /** How long it may wait for a table. */
  lockTimeout: Duration;
  /** How long one statement may take; 0s for as long as it needs. */
  statementTimeout: Duration;
  limit: Duration;
  /** What was found before: whether there is anything to migrate, and how. */
  preflight?: pulumi.Output<Preflight>;
  release: ReleaseFacts;
  /** The service of the stack's own database. */
  database?: string;
  /** Of the database's volume: another one has no migration yet, or fewer. */
  generation?: number;
}

/** The migrations of a release: once, in its image, before anything rolls. */
export class Migrate extends pulumi.ComponentResource {
  readonly migrated: pulumi.Output<Migrated>;

  constructor(name: string, args: MigrateArgs, opts?: pulumi.ComponentResourceOptions) {
    super("tidemark:release:Migrate", name, {}, opts);
    const { runtime, image, databaseUrl: url, lockTimeout, statementTimeout } = args;
    const { scope } = runtime;
    const its = url === undefined ? undefined : locked(args.command, `${scope.prefix} ${args.release.tag}`, args.limit);
    const given =
      url === undefined
        ? args.environment
        : lockedEnvironment(args.environment, { url, lockTimeout, statementTimeout });
    const environment = new SecretContent(
      `${name}-environment`,
      {
        scope,
        text: renderEnvironment(given),
        salt: runtime.salt,
        labels: { [TURNS_LABEL]: turnsInWords(runtime.turns) },
      },
      { parent: this },
    );
    const job = jobOrder(`${name}-job`, scope, {
      image: image.pinned,
      command: launched(its?.command ?? args.command, { marked: runtime.volumes.map(({ path }) => path) }),
      secrets: { environment },
      configs: { [LAUNCH]: runtime.scripts.launch, ...programs(name, scope, its?.scripts ?? {}, this) },
      // A migration of data may have to touch the uploads that the rows speak of.
      volumes: runtime.volumes,
      networks: [runtime.networks.back],
      limitSeconds: seconds(args.limit),
    });
    const order: Record<keyof Omit<MigrateOrder, "database">, unknown> = {
      release: args.release,
      job,
      before: args.preflight?.apply(({ migrations, ahead, unasked }) => ({
        pending: migrations?.pending ?? [],
        together: migrations?.together ?? false,
        ahead,
        ...(unasked && { unasked }),
      })),
    };
    const run = new Operation(
      name,
      {
        scope,
        operation: "migrate",
        order: { ...order, ...(args.database !== undefined && { database: args.database }) },
        triggers: [args.generation ?? 0],
      },
      { parent: this },
    );
    this.migrated = run.evidence.apply((line) => JSON.parse(line) as Migrated);
    this.registerOutputs({});
  }
}
