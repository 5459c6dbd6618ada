import * as pulumi from "@pulumi/pulumi";
import { seconds, type Duration } from "../../settings/units";
import { TURNS_LABEL, turnsInWords } from "../data/turns";
import { renderEnvironment } from "../processes/environment";
import { LAUNCH, launched, type Image, type Runtime } from "../processes/runtime";
import { SecretContent } from "../swarm/content";
import { jobOrder } from "../swarm/job";
import { Operation } from "../swarm/operation";

export interface MigrateArgs {
  runtime: Runtime;
  image: Image;
  command: string[];
  /** With the owner's login: the application's own may not change the schema. */
  environment: Record<string, string>;
  limit: Duration;
  /** Of the database's volume: another one has no migration yet, or fewer. */
  generation?: number;
}

/** The migrations of a release: once, in its image, before anything rolls. */
export class Migrate extends pulumi.ComponentResource {
  constructor(name: string, args: MigrateArgs, opts?: pulumi.ComponentResourceOptions) {
    super("tidemark:release:Migrate", name, {}, opts);
    const { runtime, image } = args;
    const environment = new SecretContent(
      `${name}-environment`,
      {
        scope: runtime.scope,
        text: renderEnvironment(args.environment),
        salt: runtime.salt,
        labels: { [TURNS_LABEL]: turnsInWords(runtime.turns) },
      },
      { parent: this },
    );
    const job = jobOrder(`${name}-job`, runtime.scope, {
      image: image.pinned,
      command: launched(args.command, { marked: runtime.volumes.map(({ path }) => path) }),
      secrets: { environment },
      configs: { [LAUNCH]: runtime.scripts.launch },
      // A migration of data may have to touch the uploads that the rows speak of.
      volumes: runtime.volumes,
      networks: [runtime.networks.back],
      limitSeconds: seconds(args.limit),
    });
    new Operation(
      name,
      { scope: runtime.scope, operation: "job", order: job, triggers: [args.generation ?? 0] },
      { parent: this },
    );
    this.registerOutputs({});
  }
}
