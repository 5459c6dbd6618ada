import type * as pulumi from "@pulumi/pulumi";
import { seconds, type Duration } from "../../settings/units";
import { Operation } from "../swarm/operation";
import type { Scope } from "../swarm/scope";
import type { Service } from "../swarm/service";

export interface WatchArgs {
  scope: Scope;
  services: Service[];
  /** @default "3m" */
  limit?: Duration;
}

/** Waits until every service runs what it should; fails with Docker's own reason when one cannot. */
export class Watch extends Operation {
  constructor(name: string, args: WatchArgs, opts?: Omit<pulumi.CustomResourceOptions, "dependsOn">) {
    super(
      name,
      {
        scope: args.scope,
        operation: "watch",
        order: {
          services: args.services.map((service) => service.wanted),
          limitSeconds: seconds(args.limit ?? "3m"),
        },
        triggers: args.services.map((service) => service.revision),
        // The former tag, set again after a failed roll, would look as if it had been watched.
        forgetFailure: true,
      },
      { ...opts, dependsOn: args.services },
    );
  }
}
