import * as pulumi from "@pulumi/pulumi";
import type { Edge as EdgeSettings } from "../../settings/edge";
import { ConfigContent, SecretContent } from "../swarm/content";
import { jobOrder } from "../swarm/job";
import { Operation } from "../swarm/operation";
import type { Scope } from "../swarm/scope";
import { Service } from "../swarm/service";
import { Volume } from "../swarm/volume";
import { edgeDocument, type Fingerprint } from "./files";
import { MEDIA, STATIC, type EdgePlan } from "./nginx";
import type { SmokeFile } from "./smoke";

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
  /** The release whose static files are tried first. */
  staticRelease?: string;
  media?: pulumi.Input<string>;
  /** What visitors see in maintenance. @default the image's own page */
  page?: string;
  /** What must have happened before another one of it starts. */
  after: pulumi.Resource[];
  /** What is asked through it once it serves this release. */
  smoke: SmokeFile;
  salt: string;
}

const FILES = "/etc/edge";
const SMOKE = "/tidemark/smoke";

/**
 * nginx. Its configuration is files that a job tests and swaps under it, so that a change of them is no restart: they are
 * staged before a release rolls, and switched to when it runs. Until the first switch it serves a maintenance page.
 */
export class Edge extends pulumi.ComponentResource {
  readonly service: Service;
  /** Where its files are, for its jobs. */
  readonly files: { volume: pulumi.Output<string>; path: string };
  /** What all its jobs have in common. */
  readonly job: { image: string; user: string; placement?: Record<string, string> };
  /** Its files are tested and in place; nothing may roll before. */
  readonly staged: Operation;
  /** For who rolls: what operations/edge-switch.ts is handed once the release runs. */
  readonly switching: pulumi.Output<object>;
  /** Another one when the same files are to be switched to again, for they were changed by hand. */
  readonly serial: string;

  constructor(name: string, args: EdgeArgs, opts?: pulumi.ComponentResourceOptions) {
    const document = edgeDocument(args.plan, args.key, args.seen, args.page);
    super("tidemark:edge:Edge", name, {}, opts);
    const { scope, image } = args;
    const files = new Volume(`${name}-files`, { scope, holds: "copies" }, { parent: this });
    const content = new SecretContent(
      `${name}-document`,
      { scope, text: JSON.stringify(document), salt: args.salt },
      { parent: this },
    );
    this.files = { volume: files.name, path: FILES };
    this.job = { image, user: "0", ...(args.plan.edge.placement && { placement: args.plan.edge.placement }) };
    const stage = jobOrder(`${name}-stage`, scope, {
      ...this.job,
      command: ["tidemark-edge", "stage", "/run/secrets/document"],
      secrets: { document: content },
      volumes: [this.files],
    });
    this.staged = new Operation(`${name}-staged`, { scope, operation: "job", order: stage }, { parent: this });
    const smoke = new ConfigContent(`${name}-smoke`, { scope, text: JSON.stringify(args.smoke) }, { parent: this });
    this.switching = pulumi.output({
      job: jobOrder(`${name}-switch`, scope, {
        ...this.job,
        command: ["tidemark-edge", "switch"],
        configs: { [SMOKE]: smoke },
        volumes: [this.files, ...(args.staticFiles ? [{ volume: args.staticFiles, path: STATIC }] : [])],
        networks: [args.network],
      }),
      to: { hash: document.hash, static: args.staticRelease ?? null },
      smoke: SMOKE,
    });
    this.serial = document.serial;
    this.service = new Service(
      name,
      {
        scope,
        image,
        args: ["serve"],
        // Two of them cannot have one port of the host.
        roll: "stop-first",
        grace: "30s",
        health: { test: ["tidemark-edge", "healthcheck"], every: "5s", timeout: "3s", retries: 3, start: "30s" },
        mounts: [
          this.files,
          ...(args.staticFiles ? [{ volume: args.staticFiles, path: STATIC, readOnly: true }] : []),
          ...(args.media ? [{ volume: args.media, path: MEDIA, readOnly: true }] : []),
        ],
        networks: [args.network],
        memoryBytes: 256 * 1024 ** 2,
        ports: edgePorts(args.plan.edge),
        ...(args.plan.edge.placement && { placement: args.plan.edge.placement }),
      },
      { parent: this, dependsOn: [this.staged, ...args.after] },
    );
    this.registerOutputs({});
  }
}

export function edgePorts(edge: EdgeSettings): { published: number; target: number }[] {
  return [{ published: edge.port, target: 8080 }, ...(edge.tls ? [{ published: edge.tlsPort, target: 8443 }] : [])];
}
