import * as docker from "@pulumi/docker";
import type * as pulumi from "@pulumi/pulumi";
import { labels, type Scope } from "./scope";

export interface NetworkArgs {
  scope: Scope;
  /** Leads nowhere: for a service that needs no network, and would get Docker's own otherwise. @default false */
  apart?: boolean;
}

/** An overlay of the stack's own; nothing outside the Swarm reaches it. */
export class Network extends docker.Network {
  constructor(name: string, args: NetworkArgs, opts?: Omit<pulumi.CustomResourceOptions, "protect" | "ignoreChanges">) {
    super(
      `${name}-overlay`,
      { name, driver: "overlay", labels: labels(args.scope), ...(args.apart && { internal: true }) },
      // The engine fills in both, and the provider would read them as drift.
      // With the network protected, nobody ends a whole stack that is not throw-away by one `pulumi destroy`.
      { ...opts, protect: !args.scope.throwAway && !args.apart, ignoreChanges: ["options", "ipamConfigs"] },
    );
  }
}
