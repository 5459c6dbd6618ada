import * as pulumi from "@pulumi/pulumi";
import type { Way } from "../../operations/notify";
import type { Backup } from "../../settings/backup";
import { Watch } from "../release/watch";
import { ConfigContent, type Content } from "../swarm/content";
import { jobOrder, type JobArgs } from "../swarm/job";
import { Operation } from "../swarm/operation";
import type { Scope } from "../swarm/scope";
import { Service } from "../swarm/service";
import { Volume } from "../swarm/volume";
import { keeperPlan, STATE, SUPERUSER, UPLOADS } from "./keeper-plan";
import type { Uploads } from "./uploads";

export interface KeeperArgs {
  scope: Scope;
  backup: Backup;
  generation: number;
  /** What every job on the database has in common: the image, the volumes, the secrets. */
  job: JobArgs;
  /** What is backed up beside the database, and whereto. @default nothing */
  uploads?: Kept | undefined;
  /** How people are told of what fails, and where. @default nobody is */
  notify?: { way: Way; webhook: Content } | undefined;
}

/** Uploads that are live, and where they are backed up. */
export interface Kept {
  archive: Uploads;
  volume: pulumi.Output<string>;
  generation: number;
}

/** Files of the application's own users are read and nobody else's are written; all else is done as postgres. */
const READING = ["CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_FOWNER", "CAP_KILL", "CAP_SETGID", "CAP_SETUID"];

/** A drill runs a server in it. */
const MEMORY = 512 * 1024 ** 2;

/** Stands beside the database and keeps its backups going; it begins with the first one. */
export class Keeper extends pulumi.ComponentResource {
  constructor(name: string, args: KeeperArgs, opts?: pulumi.ComponentResourceOptions) {
    const { scope, backup, generation, job, notify, uploads } = args;
    const its = { prefix: scope.prefix, generation, backup, uploads: uploads?.generation, notify: notify?.way };
    const plan = keeperPlan(its);
    super("tidemark:backup:Keeper", name, {}, opts);
    const config = new ConfigContent(`${name}-plan`, { scope, text: plan }, { parent: this });
    const state = new Volume(name, { scope, holds: "data", outlives: true }, { parent: this });
    const volumes = [...(job.volumes ?? []), { volume: state.name, path: STATE }];
    const first = jobOrder(`${name}-first-backup`, scope, {
      ...job,
      volumes,
      command: [
        ...["tidemark-keeper", "alone", "tidemark-archive", "first"],
        ...[scope.prefix, String(generation), SUPERUSER],
      ],
    });
    const made = new Operation(`${name}-first`, { scope, operation: "job", order: first }, { parent: this });
    const service = new Service(
      name,
      {
        scope,
        image: job.image,
        args: ["tidemark-keeper", "serve"],
        // Two would back up the same thing at once.
        roll: "stop-first",
        grace: "30s",
        ...(uploads && { user: "0", capabilities: READING }),
        secrets: { ...job.secrets, ...uploads?.archive.files, ...(notify && { webhook: notify.webhook }) },
        configs: { ...job.configs, "/etc/tidemark/keeper.json": config },
        mounts: [
          ...volumes,
          ...(uploads ? [{ volume: uploads.volume, path: UPLOADS, readOnly: true }, ...uploads.archive.mounts] : []),
        ],
        networks: [],
        memoryBytes: MEMORY,
        ...(job.placement && { placement: job.placement }),
        labels: { "tidemark.role": "keeper", "tidemark.generation": String(generation) },
      },
      { parent: this, dependsOn: made },
    );
    new Watch(`${name}-ready`, { scope, services: [service] }, { parent: this });
    this.registerOutputs({});
  }
}
