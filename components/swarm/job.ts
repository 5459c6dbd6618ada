import * as pulumi from "@pulumi/pulumi";
import type { Content } from "./content";
import { constraints, labels, type Scope } from "./scope";

/** A one-shot service's specification; see operations/job.ts for how it runs. */
export interface JobArgs {
  image: string;
  /** Replaces the image's ENTRYPOINT and CMD. */
  command: string[];
  /** File in /run/secrets to its content. */
  secrets?: Record<string, Content>;
  /** Path to its content. */
  configs?: Record<string, Content>;
  volumes?: { volume: pulumi.Input<string>; path: string }[];
  networks?: pulumi.Input<string>[];
  user?: string;
  placement?: Record<string, string>;
  memoryBytes?: number;
  /** @default 600 */
  limitSeconds?: number;
}

/** As operations/job.ts is handed it. */
export function jobOrder(name: string, scope: Scope, args: JobArgs): pulumi.Output<object> {
  const sources = (map: Record<string, Content> = {}) =>
    Object.entries(map)
      .sort(([a], [b]) => a.localeCompare(b))
      .map(([target, { name }]) => ({ source: name, target }));
  return pulumi.output({
    name,
    image: args.image,
    command: args.command,
    labels: Object.fromEntries(labels(scope, { "tidemark.role": "job" }).map(({ label, value }) => [label, value])),
    secrets: sources(args.secrets),
    configs: sources(args.configs),
    volumes: (args.volumes ?? []).map(({ volume, path }) => ({ source: volume, target: path })),
    networks: args.networks ?? [],
    constraints: constraints(args.placement ?? scope.placement),
    ...(args.user !== undefined && { user: args.user }),
    ...(args.memoryBytes !== undefined && { memoryBytes: args.memoryBytes }),
    ...(scope.registry && { registryAuth: true }),
    limitSeconds: args.limitSeconds ?? 600,
  });
}
