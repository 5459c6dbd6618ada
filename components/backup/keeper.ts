import * as pulumi from "@pulumi/pulumi";
import type { Backup } from "../../settings/backup";
import { seconds } from "../../settings/units";
import { Watch } from "../release/watch";
import { jobOrder, type JobArgs } from "../swarm/job";
import { Operation } from "../swarm/operation";
import type { Scope } from "../swarm/scope";
import { Service } from "../swarm/service";

export interface KeeperArgs {
  scope: Scope;
  backup: Backup;
  /** Stack, generation and the superuser's password file, as tidemark-archive takes them. */
  generation: string[];
  /** What every job on the database has in common: the image, the volumes, the secrets. */
  job: JobArgs;
}

/** Stands beside the database and keeps its backups going; it begins with the first one. */
export class Keeper extends pulumi.ComponentResource {
  constructor(name: string, args: KeeperArgs, opts?: pulumi.ComponentResourceOptions) {
    super("tidemark:backup:Keeper", name, {}, opts);
    const { scope, backup, generation, job } = args;
    const first = jobOrder(`${name}-first-backup`, scope, {
      ...job,
      command: ["tidemark-archive", "first", ...generation],
    });
    new Operation(`${name}-first`, { scope, operation: "job", order: first }, { parent: this });
    const service = new Service(
      name,
      {
        scope,
        image: job.image,
        args: keeperCommand(backup),
        // Two would back up the same thing at once.
        roll: "stop-first",
        grace: "30s",
        secrets: job.secrets ?? {},
        configs: job.configs ?? {},
        mounts: job.volumes ?? [],
        networks: [],
        memoryBytes: 256 * 1024 ** 2,
        ...(job.placement && { placement: job.placement }),
        labels: { "tidemark.role": "keeper", "tidemark.generation": generation[1] ?? "" },
      },
      { parent: this },
    );
    new Watch(`${name}-ready`, { scope, services: [service] }, { parent: this });
    this.registerOutputs({});
  }
}

/** As images/keeper/tidemark-keeper takes it. */
export function keeperCommand({ behind }: Pick<Backup, "behind">): string[] {
  // A word half-way, and the segment with it is closed in the other half.
  return ["tidemark-keeper", "serve", String(Math.floor(seconds(behind) / 2))];
}
