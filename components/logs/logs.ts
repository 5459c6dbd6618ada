import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { keptSeconds, type Logs as LogsSettings } from "../../settings/logs";
import { seconds } from "../../settings/units";
import { Watch } from "../release/watch";
import { Network } from "../swarm/network";
import type { Scope } from "../swarm/scope";
import { Service } from "../swarm/service";
import { Volume } from "../swarm/volume";

export interface LogsArgs {
  scope: Scope;
  logs: LogsSettings;
  image: string;
  /** Docker's own folder on each node. */
  root: string;
  /** Names of the services that are followed. Jobs are too, by their label. */
  services: readonly string[];
}

/**
 * Keeps what processes and jobs write, for Docker deletes it with each container. It sees the folder in which Docker
 * holds all containers' logs, so it has no network, no capability, and writes to its own volume alone.
 */
export class Logs extends pulumi.ComponentResource {
  constructor(name: string, args: LogsArgs, opts?: pulumi.ComponentResourceOptions) {
    const command = keepCommand(args);
    super("tidemark:logs:Logs", name, {}, opts);
    const { scope, image } = args;
    const volume = new Volume(name, { scope, holds: "data", outlives: true }, { parent: this });
    const network = new Network(`${name}-apart`, { scope, apart: true }, { parent: this });
    const service = new Service(
      name,
      {
        scope,
        image,
        args: command,
        everywhere: true,
        // Two would keep every line twice.
        roll: "stop-first",
        grace: "30s",
        mounts: [{ volume: volume.name, path: "/logs" }],
        folders: [{ folder: path.posix.join(args.root, "containers"), path: "/containers" }],
        networks: [network.id],
        memoryBytes: 64 * 1024 ** 2,
        labels: { "tidemark.role": "logs" },
      },
      { parent: this },
    );
    new Watch(`${name}-ready`, { scope, services: [service] }, { parent: this });
    this.registerOutputs({});
  }
}

/** As images/logs/tidemark-logs takes it. */
export function keepCommand({ scope, logs, services }: Omit<LogsArgs, "image" | "root">): string[] {
  return ["keep", scope.prefix, String(keptSeconds(logs)), String(seconds(logs.compress)), ...services];
}
