import * as pulumi from "@pulumi/pulumi";
import type { Mark as Point, ReleaseFacts } from "../../operations/ledger";
import { Operation } from "../swarm/operation";
import type { Scope } from "../swarm/scope";

export interface MarkArgs {
  scope: Scope;
  release: Omit<ReleaseFacts, "prefix">;
  /** Makes the restore point in the service of that name. @default none, for a database that is somebody else's */
  database?: { mark: pulumi.Input<object>; host: string };
}

/** The beginning of a release: its number, and the point that closes the one before. */
export class Mark extends pulumi.ComponentResource {
  readonly made: pulumi.Output<Point | undefined>;

  constructor(name: string, args: MarkArgs, opts?: pulumi.ComponentResourceOptions) {
    super("tidemark:release:Mark", name, {}, opts);
    const { scope, database } = args;
    const release = { prefix: scope.prefix, ...args.release };
    const run = new Operation(
      name,
      {
        scope,
        operation: "mark",
        order: { release, ...(database && { job: database.mark, database: database.host }) },
      },
      { parent: this },
    );
    this.made = run.evidence.apply((line) => (JSON.parse(line) as { mark?: Point }).mark);
    this.registerOutputs({});
  }
}
