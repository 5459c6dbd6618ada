import * as pulumi from "@pulumi/pulumi";
import type { Outcome, ReleaseFacts } from "../../operations/ledger";
import type { Marked } from "../../operations/mark";
import type { Way } from "../../operations/notify";
import type { Settings } from "../../settings/schema";
import { seconds } from "../../settings/units";
import type { Edge } from "../edge/edge";
import { Operation } from "../swarm/operation";
import type { Scope } from "../swarm/scope";
import type { Service } from "../swarm/service";

export interface RollArgs {
  scope: Scope;
  release: ReleaseFacts;
  /** How it began: whoever begins a release ends it. */
  began: pulumi.Input<Marked>;
  migrations: pulumi.Input<Outcome["migrations"]>;
  /** All that roll with it. */
  services: Service[];
  /** Switched to the release when that runs. */
  edge: Pick<Edge, "switching" | "serial">;
  settings: Pick<Settings, "release">;
  /** How people are told. @default nobody is */
  notify?: Way;
  /** Services without which nothing answers. */
  needed: string[];
  /** Each secret's keyed hash, for its age to be known. */
  secrets: Record<string, string>;
}

/** Brings what is declared to its end: all of it runs, answers through the edge and is written down, or all of it goes back. */
export class Roll extends pulumi.ComponentResource {
  /** Known when it is over, and only then. */
  readonly done: pulumi.Output<unknown>;

  constructor(name: string, args: RollArgs, opts?: pulumi.ComponentResourceOptions) {
    super("tidemark:release:Roll", name, {}, opts);
    const {
      scope,
      notify,
      settings: { release },
    } = args;
    const run = new Operation(
      name,
      {
        scope,
        operation: "roll",
        order: {
          release: args.release,
          services: args.services.map((service) => service.wanted),
          began: args.began,
          migrations: args.migrations,
          edge: args.edge.switching,
          needed: args.needed,
          secrets: args.secrets,
          limitSeconds: seconds(release.rollLimit),
          observe: { seconds: seconds(release.watch), limits: release.noGo, action: release.watchAction },
          ...(notify && { notify }),
        },
        triggers: [...args.services.map((service) => service.revision), args.edge.serial],
        // The former tag, set again after a failed roll, would look as if it had been proven.
        forgetFailure: true,
      },
      { parent: this, dependsOn: args.services },
    );
    this.done = run.evidence;
    this.registerOutputs({});
  }
}
