import * as pulumi from "@pulumi/pulumi";
import type { Way } from "../../operations/notify";
import { jobOrder } from "../swarm/job";
import { Operation } from "../swarm/operation";
import type { Scope } from "../swarm/scope";
import type { Edge } from "./edge";

/** Whether visitors are kept out, as an update last said it. */
export interface Declared {
  on: boolean;
  serial: string;
}

export interface MaintenanceArgs {
  scope: Scope;
  edge: Pick<Edge, "job" | "files">;
  declared: Declared;
  /** How people are told. @default nobody is */
  notify?: Way;
}

/** Visitors are kept out, or not, as the settings say. The job does nothing when the edge knows the declaration. */
export class Maintenance extends pulumi.ComponentResource {
  constructor(name: string, args: MaintenanceArgs, opts?: pulumi.ComponentResourceOptions) {
    super("tidemark:edge:Maintenance", name, {}, opts);
    const { scope, edge, declared, notify } = args;
    const job = jobOrder(`${name}-job`, scope, {
      ...edge.job,
      command: ["tidemark-edge", "declare", JSON.stringify(declared)],
      volumes: [edge.files],
    });
    const order = { stack: scope.prefix, on: declared.on, job, ...(notify && { notify }) };
    new Operation(name, { scope, operation: "declare", order }, { parent: this });
    this.registerOutputs({});
  }
}

/**
 * Where the edge is as it should be, however it came to that, the declaration is the last one to the letter, so that
 * nothing is done; where it is not, a new serial makes it another one.
 */
export function declaration(on: boolean, seen: { on: boolean; declared: Declared | null } | undefined): Declared {
  if (seen?.declared && seen.on === on) return seen.declared;
  return { on, serial: seen?.declared ? Date.now().toString(36) : "first" };
}
