import * as path from "node:path";
import type * as pulumi from "@pulumi/pulumi";
import { ConfigContent, type Content } from "../swarm/content";
import type { Scope } from "../swarm/scope";

/** Small programs by their path in a container. */
export function programs(
  name: string,
  scope: Scope,
  scripts: Readonly<Record<string, string>>,
  parent: pulumi.Resource,
): Record<string, Content> {
  return Object.fromEntries(
    Object.entries(scripts).map(([at, text]) => [
      at,
      new ConfigContent(`${name}-${path.posix.basename(at)}`, { scope, text }, { parent }),
    ]),
  );
}
