import * as pulumi from "@pulumi/pulumi";
import type { BeatProcess } from "../../settings/process";
import { Service } from "../swarm/service";
import { beatHealth, type Broker } from "./broker-health";
import type { Framework } from "./frameworks";
import { environmentSecret, processService, type ProcessArgs } from "./runtime";

export interface BeatArgs extends ProcessArgs<BeatProcess> {
  framework: Framework;
  /** The Celery application. */
  celery?: string;
  /** Without one, Docker asks nothing and it counts as healthy while it lives. */
  broker?: Broker;
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
        ...processService(args, environment, {
          command: beatCommand(args),
          grace: "10s",
          networks: [args.runtime.networks.back],
        }),
        ...(args.broker && { health: beatHealth(args.broker) }),
      },
      { parent: this },
    );
    this.registerOutputs({});
  }
}

export function beatCommand({
  process,
  framework,
  celery,
}: Pick<BeatArgs, "process" | "framework" | "celery">): string[] {
  return process.command ?? (celery && framework.beat ? framework.beat(celery) : []);
}
