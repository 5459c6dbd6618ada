import * as pulumi from "@pulumi/pulumi";
import type { WorkerProcess } from "../../settings/process";
import { Service } from "../swarm/service";
import type { Framework } from "./frameworks";
import { workerHealth, type Broker } from "./broker-health";
import { environmentSecret, processService, type ProcessArgs } from "./runtime";

export interface WorkerArgs extends ProcessArgs<WorkerProcess> {
  framework: Framework;
  /** The Celery application. */
  celery?: string;
  /** Without one, Docker asks nothing and it counts as healthy while it lives. */
  broker?: Broker;
}

/** Celery workers. At SIGTERM they take no new task and finish those they have. */
export class Worker extends pulumi.ComponentResource {
  readonly service: Service;

  constructor(name: string, args: WorkerArgs, opts?: pulumi.ComponentResourceOptions) {
    const command = workerCommand(args);
    super("tidemark:processes:Worker", name, {}, opts);
    const environment = environmentSecret(name, args, this);
    this.service = new Service(
      name,
      {
        ...processService(args, environment, { command, grace: "5m", networks: [args.runtime.networks.back] }),
        ...(args.broker && { health: workerHealth(args.broker) }),
      },
      { parent: this },
    );
    this.registerOutputs({});
  }
}

export function workerCommand({
  process,
  framework,
  celery,
}: Pick<WorkerArgs, "process" | "framework" | "celery">): string[] {
  if (process.command) return process.command;
  return celery && framework.worker ? framework.worker(celery, process.queues, process.concurrency) : [];
}
