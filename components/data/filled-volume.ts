import * as pulumi from "@pulumi/pulumi";
import { jobOrder, type JobArgs } from "../swarm/job";
import { Operation } from "../swarm/operation";
import type { Scope } from "../swarm/scope";
import type { Fill } from "../../operations/fill";
import { Volume } from "../swarm/volume";

export interface FilledVolumeArgs {
  scope: Scope;
  /** Fills the volume, once in its life, and leaves its mark there. It may see others beside it. */
  job: JobArgs;
  /** Where the job sees it. */
  path: string;
  /** @default "local" */
  driver?: string;
  options?: Record<string, string>;
  /** What it comes from, for its record. @default nothing: it begins empty */
  descent?: Fill["descent"];
}

/**
 * A volume of data, filled once. That it was filled is recorded in Swarm, beside the volume: Swarm makes a lost volume
 * again, empty, and an empty volume with a record is a loss to be told, not a new one to be filled.
 */
export class FilledVolume extends pulumi.ComponentResource {
  readonly name: pulumi.Output<string>;

  constructor(name: string, args: FilledVolumeArgs, opts?: pulumi.ComponentResourceOptions) {
    super("tidemark:data:FilledVolume", name, {}, opts);
    const { scope, driver, options } = args;
    const volume = new Volume(
      name,
      { scope, holds: "data", outlives: true, ...(driver && { driver }), ...(options && { options }) },
      { parent: this },
    );
    const job = jobOrder(`${name}-fill`, scope, {
      ...args.job,
      volumes: [{ volume: volume.name, path: args.path }, ...(args.job.volumes ?? [])],
    });
    new Operation(
      `${name}-filled`,
      {
        scope,
        operation: "fill",
        order: {
          volume: volume.name,
          record: `${name}-record`,
          job,
          ...(args.descent && { descent: args.descent }),
        },
      },
      { parent: this },
    );
    this.name = volume.name;
    this.registerOutputs({ name: this.name });
  }
}
