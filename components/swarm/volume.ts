import * as docker from "@pulumi/docker";
import type * as pulumi from "@pulumi/pulumi";
import { labels, type Scope } from "./scope";

export interface VolumeArgs {
  scope: Scope;
  /** Data is protected, and stays when the stack goes, but for a throw-away stack; what can be made again is not. */
  holds: "data" | "copies";
  /** Stays when the program no longer names it: a former release may still show it to its processes. @default false */
  outlives?: boolean;
  /** @default "local" */
  driver?: string;
  options?: Record<string, string>;
}

/** A named volume. A person finds it under its name with the docker command. */
export class Volume extends docker.Volume {
  constructor(
    name: string,
    args: VolumeArgs,
    opts?: Omit<pulumi.CustomResourceOptions, "protect" | "retainOnDelete" | "ignoreChanges">,
  ) {
    const kept = args.holds === "data" && !args.scope.throwAway;
    super(
      `${name}-volume`,
      {
        name,
        driver: args.driver ?? "local",
        ...(args.options && Object.keys(args.options).length > 0 && { driverOpts: args.options }),
        labels: labels(args.scope, { "tidemark.holds": args.holds }),
      },
      {
        ...opts,
        // Pulumi refuses to let go of what is protected, even to keep it, and a raised generation lets go of the former.
        protect: kept && !args.outlives,
        retainOnDelete: kept || (args.outlives ?? false),
        // Swarm makes a lost volume again without labels, and to replace it for them is refused while a task has it.
        ignoreChanges: ["labels"],
      },
    );
  }
}
