import * as pulumi from "@pulumi/pulumi";
import type { ArriveOrder, HandedOver, HandOverOrder } from "../../operations/hand-over";
import type { ReleaseFacts } from "../../operations/ledger";
import { jobOrder, type JobArgs } from "../swarm/job";
import { Operation } from "../swarm/operation";
import type { Scope } from "../swarm/scope";
import type { Service } from "../swarm/service";

/** What ends its work before the database is another one, and the release in whose course that is. */
export interface Around {
  release: ReleaseFacts;
  /** Number of the newest release that did not end well: what was taken back with it is to be handed over again. */
  lastFailure: number;
  workers: HandOverOrder["workers"];
}

export interface HandOverArgs extends Around {
  scope: Scope;
  /** The database's service. */
  service: string;
  /** Of the declared generation. */
  volume: pulumi.Output<string>;
  /** What every job on the database has in common: its volumes see the declared generation. */
  job: JobArgs;
  /** Arguments of tidemark-archive finish; nothing where the generation begins empty. */
  finish?: string[];
  /** Which repository tidemark-archive is to read. */
  reading: string[];
  /** It was restored from the latest. */
  follows: boolean;
  /** It comes from a backup. */
  restored: boolean;
}

const PASSWORD = "/run/secrets/superuser";
const ROLES = "/run/secrets/roles";

/** The way from the generation that is live to the one that is declared. Where that is the same one, nothing is done. */
export class HandOver extends pulumi.ComponentResource {
  /** The declared generation's server may start when it is done. */
  readonly done: Operation;
  readonly handed: pulumi.Output<HandedOver>;

  constructor(
    private readonly its: string,
    private readonly args: HandOverArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("tidemark:restore:HandOver", its, {}, opts);
    const { scope, release, workers, service, volume, follows } = args;
    const order: Record<keyof HandOverOrder, unknown> = {
      ...{ release, stack: scope.prefix, service, volume, workers, follows },
      close: this.job("close", PASSWORD),
      open: this.job("open", PASSWORD, ROLES),
      finish: args.finish && this.job("finish", ...args.finish),
    };
    this.done = new Operation(
      its,
      { scope, operation: "handOver", order, triggers: [volume, args.lastFailure] },
      { parent: this },
    );
    this.handed = this.done.evidence.apply((line) => JSON.parse(line) as HandedOver);
    this.registerOutputs({});
  }

  /** Whoever needs the database waits for this: it serves, and its users may come. */
  arrival(server: Service): Operation {
    const { scope, release, service, restored } = this.args;
    const order: Record<keyof (ArriveOrder & { release: ReleaseFacts }), unknown> = {
      ...{ release, stack: scope.prefix, service, restored },
      services: [server.wanted],
      limitSeconds: 180,
      handed: this.handed,
      open: this.job("open", PASSWORD, ROLES),
    };
    const its = { scope, operation: "arrive", order, triggers: [server.revision], forgetFailure: true };
    return new Operation(`${this.its}-arrival`, its, { parent: this, dependsOn: server });
  }

  private job(verb: string, ...more: string[]): pulumi.Output<object> {
    const { scope, job, reading } = this.args;
    return jobOrder(`${this.its}-${verb}`, scope, { ...job, command: ["tidemark-archive", ...reading, verb, ...more] });
  }
}
