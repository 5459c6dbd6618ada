import * as pulumi from "@pulumi/pulumi";
import { seconds, type Duration } from "../../settings/units";
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
}

/** The migrations of a release: once, in its image, before anything rolls. */
export class Migrate extends pulumi.ComponentResource {
  constructor(name: string, args: MigrateArgs, opts?: pulumi.ComponentResourceOptions) {
    super("tidemark:release:Migrate", name, {}, opts);
    const { runtime, image } = args;
    const environment = new SecretContent(
      `${name}-environment`,
      { scope: runtime.scope, text: renderEnvironment(args.environment), salt: runtime.salt },
      { parent: this },
    );
    const job = jobOrder(`${name}-job`, runtime.scope, {
      image: image.pinned,
      command: launched(args.command),
      secrets: { environment },
      configs: { [LAUNCH]: runtime.scripts.launch },
      networks: [runtime.networks.back],
      limitSeconds: seconds(args.limit),
    });
    new Operation(name, { scope: runtime.scope, operation: "job", order: job }, { parent: this });
    this.registerOutputs({});
  }
}
