import * as pulumi from "@pulumi/pulumi";
import type { BeatProcess } from "../../settings/process";
import { Service } from "../swarm/service";
import { brokerHealth } from "./broker-health";
import type { Framework } from "./frameworks";
import { environmentSecret, processService, type ProcessArgs } from "./runtime";

export interface BeatArgs extends ProcessArgs<BeatProcess> {
  framework: Framework;
  /** The Celery application. */
  celery?: string;
  /** Its port, elsewhere: beat is healthy once it was connected to it. */
  brokerPort?: number;
}

/** Celery's clock. There is never more than one: the old one is gone before the new one starts. */
export class Beat extends pulumi.ComponentResource {
  readonly service: Service;

  constructor(name: string, args: BeatArgs, opts?: pulumi.ComponentResourceOptions) {
    super("tidemark:processes:Beat", name, {}, opts);
    const environment = environmentSecret(name, args, this);
    this.service = new Service(
      name,
      {
        ...processService(args, environment, { command: beatCommand(args), grace: "10s", networks: [args.runtime.networks.back] }),
        ...(args.brokerPort !== undefined && { health: brokerHealth(args.brokerPort) }),
      },
      { parent: this },
    );
    this.registerOutputs({});
  }
}

export function beatCommand({ process, framework, celery }: Pick<BeatArgs, "process" | "framework" | "celery">): string[] {
  return process.command ?? (celery && framework.beat ? framework.beat(celery) : []);
}
