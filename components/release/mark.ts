import * as pulumi from "@pulumi/pulumi";
import type { ReleaseFacts } from "../../operations/ledger";
import type { HandedOver } from "../../operations/hand-over";
import type { Marked } from "../../operations/mark";
import { Operation } from "../swarm/operation";
import type { Scope } from "../swarm/scope";

export interface MarkArgs {
  scope: Scope;
  release: ReleaseFacts;
  /** Number of the newest release that did not end well: what came after it is to be behind a point of its own. */
  lastFailure: number;
  /** Makes the restore point in the service of that name. @default none, for a database that is somebody else's */
  /** Backs the uploads up, less the mark's name. @default they are not */
  uploads?: pulumi.Input<object>;
  database?: {
    mark: pulumi.Input<object>;
    host: string;
    generation: number;
    handed?: pulumi.Output<HandedOver> | undefined;
  };
}

function orderOf({ mark, host, generation, handed }: NonNullable<MarkArgs["database"]>) {
  return { job: mark, database: host, ...(handed && { generation, handed }) };
}

/** The beginning of a release: its number, and the point that closes the one before. */
export class Mark extends pulumi.ComponentResource {
  readonly made: pulumi.Output<Marked>;

  constructor(name: string, args: MarkArgs, opts?: pulumi.ComponentResourceOptions) {
    super("tidemark:release:Mark", name, {}, opts);
    const { scope, database } = args;
    const run = new Operation(
      name,
      {
        scope,
        operation: "mark",
        order: {
          release: args.release,
          ...(database && orderOf(database)),
          ...(args.uploads && { uploads: args.uploads }),
        },
        triggers: [args.lastFailure],
      },
      { parent: this },
    );
    this.made = run.evidence.apply((line) => JSON.parse(line) as Marked);
    this.registerOutputs({});
  }
}
