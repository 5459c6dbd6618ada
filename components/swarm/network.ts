import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { labels, type Scope } from "./scope";

export interface NetworkArgs {
  scope: Scope;
  /** Leads nowhere: for a service that needs no network, and would get Docker's own otherwise. @default false */
  apart?: boolean;
}

/** An overlay of the stack's own; nothing outside the Swarm reaches it. */
export class Network extends pulumi.ComponentResource {
  /** Services name networks by id: a name makes a refresh ask for their replacement. */
  readonly id: pulumi.Output<string>;
  readonly name: pulumi.Output<string>;

  constructor(name: string, args: NetworkArgs, opts?: pulumi.ComponentResourceOptions) {
    super("tidemark:swarm:Network", name, {}, opts);
    const network = new docker.Network(
      `${name}-overlay`,
      { name, driver: "overlay", labels: labels(args.scope), ...(args.apart && { internal: true }) },
      // The engine fills in both, and the provider would read them as drift.
      // With the network protected, nobody ends a whole stack that is not throw-away by one `pulumi destroy`.
      { parent: this, protect: !args.scope.throwAway && !args.apart, ignoreChanges: ["options", "ipamConfigs"] },
    );
    this.id = network.id;
    this.name = network.name;
    this.registerOutputs({ id: this.id });
  }
}
