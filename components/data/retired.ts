import * as pulumi from "@pulumi/pulumi";
import { seconds } from "../../settings/units";
import { Operation } from "../swarm/operation";
import type { Scope } from "../swarm/scope";
import type { Service } from "../swarm/service";
import type { Data } from "./data";
import type { Turns } from "./turns";

export interface RetiredArgs {
  scope: Scope;
  data: Data;
  turns: Turns;
  /** What works with the passwords. */
  services: Service[];
}

/** How much longer than its grace a task may be there, on a busy host. */
const MARGIN = 60;

/** Waits, once a turn has changed, until nothing works with a former password any more: a task that drains still does. */
export class Retired extends pulumi.ComponentResource {
  constructor(name: string, { scope, data, turns, services }: RetiredArgs, opts?: pulumi.ComponentResourceOptions) {
    super("tidemark:data:Retired", name, {}, opts);
    if (Object.keys(turns).length > 0) {
      const longest = Math.max(0, ...services.map(({ grace }) => seconds(grace)));
      new Operation(
        name,
        {
          scope,
          operation: "retired",
          order: { stack: scope.prefix, turns, limitSeconds: longest + MARGIN },
          // What a failed release let in must go as well when its turn is taken back: that it began tells of it.
          triggers: [data.postgres?.vacant ?? null, ...data.redis.map(({ admitted }) => admitted)],
        },
        { parent: this },
      );
    }
    this.registerOutputs({});
  }
}
