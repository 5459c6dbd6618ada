import { readFileSync } from "node:fs";
import * as path from "node:path";
import type * as pulumi from "@pulumi/pulumi";
import { rollOf, type Process } from "../../settings/process";
import { bytes, seconds, type Duration } from "../../settings/units";
import { ConfigContent, SecretContent, type Content } from "../swarm/content";
import type { Scope } from "../swarm/scope";
import type { ServiceArgs } from "../swarm/service";
import { TURNS_LABEL, turnsInWords, type Turns } from "../data/turns";
import { renderEnvironment } from "./environment";
import { LAUNCH, launched, PROBE } from "./launched";

/** What is known of an image once its tag is resolved. */
export interface Image {
  /** `repository:tag@sha256:…` */
  pinned: string;
  entrypoint: string[];
  cmd: string[];
  /** As the image says; empty is root. */
  user: string;
}

/** What all processes and jobs of a release share. */
export interface Runtime {
  scope: Scope;
  networks: { front: pulumi.Input<string>; back: pulumi.Input<string> };
  scripts: Scripts;
  /** Path in the container to the data volume seen there. */
  volumes: { volume: pulumi.Input<string>; path: string; marked: boolean; readOnly?: boolean }[];
  salt: string;
  /** Of the passwords in an application's environment. */
  turns: Turns;
}

export interface Scripts {
  launch: Content;
  probe: Content;
  collect: Content;
  mark: Content;
}

/** The small programs that work inside images which know nothing of Tidemark. */
export function scripts(name: string, scope: Scope, parent: pulumi.Resource): Scripts {
  const script = (its: string): Content =>
    new ConfigContent(
      `${name}-${its}`,
      { scope, text: readFileSync(path.join(__dirname, `${its}.sh`), "utf8") },
      { parent },
    );
  return { launch: script("launch"), probe: script("probe"), collect: script("collect"), mark: script("mark") };
}

export interface ProcessArgs<P extends Process> {
  runtime: Runtime;
  process: P;
  image: Image;
  environment: Record<string, string>;
  stopped?: boolean;
}

/** What a service of any kind of process has in common; its environment is a secret made beside it. */
export function processService(
  { runtime, process, image, stopped }: ProcessArgs<Process>,
  environment: Content,
  its: {
    command: readonly string[];
    port?: number;
    drain?: Duration;
    grace: Duration;
    networks: pulumi.Input<string>[];
  },
): Omit<ServiceArgs, "health"> {
  const argv = its.command.length > 0 ? its.command : [...image.entrypoint, ...image.cmd];
  const drain = its.drain ?? "0s";
  const grace: Duration = `${seconds(process.grace ?? its.grace) + seconds(drain)}s`;
  return {
    scope: runtime.scope,
    image: image.pinned,
    command: launched(argv, {
      marked: runtime.volumes.filter(({ marked }) => marked).map(({ path }) => path),
      ...(its.port !== undefined && { port: its.port, drain }),
    }),
    replicas: process.replicas,
    ...(stopped && { stopped }),
    roll: rollOf(process),
    grace,
    secrets: { environment },
    configs: { [LAUNCH]: runtime.scripts.launch, [PROBE]: runtime.scripts.probe },
    mounts: runtime.volumes.map(({ volume, path, readOnly }) => ({ volume, path, readOnly: readOnly ?? false })),
    networks: its.networks,
    readOnly: process.readOnly,
    memoryBytes: bytes(process.resources.memory),
    ...(process.resources.cpus !== undefined && { cpus: process.resources.cpus }),
    ...(process.user !== undefined && { user: process.user }),
    ...(process.placement && { placement: process.placement }),
    labels: { "tidemark.role": process.kind },
  };
}

export function environmentSecret(
  name: string,
  { runtime: { scope, salt, turns }, process, environment }: ProcessArgs<Process>,
  parent: pulumi.Resource,
): SecretContent {
  const labels = { [TURNS_LABEL]: turnsInWords(process.kind === "frontend" ? {} : turns) };
  return new SecretContent(
    `${name}-environment`,
    { scope, text: renderEnvironment(environment), salt, labels },
    { parent },
  );
}
