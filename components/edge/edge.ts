import * as pulumi from "@pulumi/pulumi";
import type { Edge as EdgeSettings } from "../../settings/edge";
import { SecretContent } from "../swarm/content";
import { jobOrder } from "../swarm/job";
import { Operation } from "../swarm/operation";
import type { Scope } from "../swarm/scope";
import { Service } from "../swarm/service";
import { Volume } from "../swarm/volume";
import { edgeDocument, type Fingerprint } from "./files";
import { MEDIA, STATIC, type EdgePlan } from "./nginx";

export interface EdgeArgs {
  scope: Scope;
  image: string;
  network: pulumi.Input<string>;
  plan: EdgePlan;
  /** The TLS key, when the plan has a certificate. */
  key?: string;
  /** What the edge's files are now; undefined when there is no edge. */
  seen?: Fingerprint;
  /** Volumes of what it serves itself. */
  staticFiles?: pulumi.Input<string>;
  media?: pulumi.Input<string>;
  salt: string;
}

const FILES = "/etc/edge";

/** nginx. Its configuration is files that a job tests and swaps under it, so that a change of them is no restart. */
export class Edge extends pulumi.ComponentResource {
  readonly service: Service;

  constructor(name: string, args: EdgeArgs, opts?: pulumi.ComponentResourceOptions) {
    const document = edgeDocument(args.plan, args.key, args.seen);
    super("tidemark:edge:Edge", name, {}, opts);
    const { scope, image } = args;
    const files = new Volume(`${name}-files`, { scope, holds: "copies" }, { parent: this });
    const content = new SecretContent(
      `${name}-document`,
      { scope, text: JSON.stringify(document), salt: args.salt },
      { parent: this },
    );
    const write = jobOrder(`${name}-write`, scope, {
      image,
      user: "0",
      command: ["tidemark-edge", "write", "/run/secrets/document"],
      secrets: { document: content },
      volumes: [{ volume: files.name, path: FILES }],
      ...(args.plan.edge.placement && { placement: args.plan.edge.placement }),
    });
    const written = new Operation(`${name}-written`, { scope, operation: "job", order: write }, { parent: this });
    this.service = new Service(
      name,
      {
        scope,
        image,
        args: ["serve"],
        // Two of them cannot have one port of the host.
        roll: "stop-first",
        grace: "30s",
        health: { test: ["tidemark-edge", "healthcheck"], every: "2s", timeout: "3s", retries: 3, start: "30s" },
        mounts: [
          { volume: files.name, path: FILES },
          ...(args.staticFiles ? [{ volume: args.staticFiles, path: STATIC, readOnly: true }] : []),
          ...(args.media ? [{ volume: args.media, path: MEDIA, readOnly: true }] : []),
        ],
        networks: [args.network],
        memoryBytes: 256 * 1024 ** 2,
        ports: edgePorts(args.plan.edge),
        ...(args.plan.edge.placement && { placement: args.plan.edge.placement }),
      },
      { parent: this, dependsOn: written },
    );
    this.registerOutputs({});
  }
}

export function edgePorts(edge: EdgeSettings): { published: number; target: number }[] {
  return [{ published: edge.port, target: 8080 }, ...(edge.tls ? [{ published: edge.tlsPort, target: 8443 }] : [])];
}
