import * as pulumi from "@pulumi/pulumi";
import type { HttpProcess } from "../../settings/process";
import { seconds } from "../../settings/units";
import { Service, type Health } from "../swarm/service";
import { PROBE } from "./launched";
import { environmentSecret, processService, type ProcessArgs } from "./runtime";

export interface WebArgs extends ProcessArgs<HttpProcess> {
  /** The Host header that its health is asked with, where the process names none. */
  host: string;
  /** Where its readiness depends on a database, that one. */
  database?: { host: string; port: number };
}

/** A process that answers HTTP behind the edge: kind web or frontend. A frontend sees no data. */
export class Web extends pulumi.ComponentResource {
  readonly service: Service;

  constructor(name: string, args: WebArgs, opts?: pulumi.ComponentResourceOptions) {
    super("tidemark:processes:Web", name, {}, opts);
    const { process, runtime } = args;
    const environment = environmentSecret(name, args, this);
    const { front, back } = runtime.networks;
    this.service = new Service(
      name,
      {
        ...processService(args, environment, {
          command: process.command ?? [],
          port: process.port,
          drain: process.drain,
          grace: "10s",
          networks: process.kind === "web" ? [front, back] : [front],
        }),
        health: webHealth(process, args.host, args.database),
      },
      { parent: this },
    );
    this.registerOutputs({});
  }
}

export function webHealth({ port, health }: HttpProcess, host: string, database?: WebArgs["database"]): Health {
  const limit = String(seconds(health.timeout));
  return {
    test: [
      "/bin/sh",
      PROBE,
      "http",
      String(port),
      health.path,
      health.ready ?? health.path,
      health.host ?? host,
      limit,
      ...(database && health.ready !== undefined ? [database.host, String(database.port)] : []),
    ],
    every: health.every,
    timeout: health.timeout,
    retries: health.retries,
    start: health.start,
  };
}
