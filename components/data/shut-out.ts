import * as pulumi from "@pulumi/pulumi";
import { Operation } from "../swarm/operation";
import type { Scope } from "../swarm/scope";
import type { Data } from "./data";

export interface ShutOutArgs {
  scope: Scope;
  data: Data;
}

interface Job {
  command: string[];
}

/** The end of a turn: Redis forgets former passwords, and whoever is still connected with one is cut off. */
export class ShutOut extends pulumi.ComponentResource {
  constructor(name: string, { scope, data }: ShutOutArgs, opts?: pulumi.ComponentResourceOptions) {
    super("tidemark:data:ShutOut", name, {}, opts);
    const doIf = (its: string, order: pulumi.Input<{ needed: boolean; job: object }>): Operation =>
      new Operation(`${name}-${its}`, { scope, operation: "jobIf", order }, { parent: this });

    if (data.postgres) {
      const { vacant, endSessions } = data.postgres;
      // With the time in it, it is another order for each turn.
      const order = pulumi.all([vacant, endSessions]).apply(([{ at, former }, job]) => ({ at, needed: former, job }));
      doIf("sessions", order);
    }
    for (const { server, admitted } of data.redis) {
      const order = pulumi.all([admitted, server.keep]).apply(([{ others, time }, job]) => ({
        needed: others,
        job: { ...job, command: [...(job as Job).command, String(time)] },
      }));
      doIf(server.name.slice(scope.prefix.length + 1), order);
    }
    this.registerOutputs({});
  }
}
