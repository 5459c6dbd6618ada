import * as pulumi from "@pulumi/pulumi";
import type { ReleaseFacts } from "../../operations/ledger";
import { Operation } from "../swarm/operation";
import { jobOrder } from "../swarm/job";
import { Volume } from "../swarm/volume";
import type { Content } from "../swarm/content";
import { LAUNCH, launched } from "../processes/launched";
import type { Image, Runtime } from "../processes/runtime";

export interface StaticFilesArgs {
  runtime: Runtime;
  image: Image;
  /** Collects into `root`. */
  command: string[];
  /** STATIC_ROOT. */
  root: string;
  release: ReleaseFacts;
  /** Names the release among its neighbours. */
  id: string;
  environment: Content;
  /** Of the web, which sees the files. */
  placement?: Record<string, string>;
  /** The edge's volume of the static files of all releases that it still serves. */
  edge: pulumi.Input<string>;
}

/** The static files of a release, in a place of their own: a place that was filled before would keep stale ones. */
export class StaticFiles extends pulumi.ComponentResource {
  /** For the release's web to see at STATIC_ROOT. */
  readonly volume: pulumi.Output<string>;

  constructor(name: string, args: StaticFilesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("tidemark:release:StaticFiles", name, {}, opts);
    const { runtime, image } = args;
    const volume = new Volume(
      `${name}-${args.id}`,
      { scope: runtime.scope, holds: "copies", outlives: true },
      { parent: this },
    );
    const job = jobOrder(`${name}-collect`, runtime.scope, {
      image: image.pinned,
      // Whatever user the image names, both volumes are new and root's.
      user: "0",
      command: launched(["/bin/sh", "/tidemark/collect", args.id, args.root, "/tidemark/edge", "--", ...args.command]),
      secrets: { environment: args.environment },
      configs: { [LAUNCH]: runtime.scripts.launch, "/tidemark/collect": runtime.scripts.collect },
      volumes: [
        { volume: volume.name, path: args.root },
        { volume: args.edge, path: "/tidemark/edge" },
      ],
      networks: [runtime.networks.back],
      ...(args.placement && { placement: args.placement }),
    });
    new Operation(
      `${name}-collected`,
      { scope: runtime.scope, operation: "collect", order: { release: args.release, job } },
      { parent: this },
    );
    this.volume = volume.name;
    this.registerOutputs({ volume: this.volume });
  }
}
