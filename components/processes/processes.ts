import * as pulumi from "@pulumi/pulumi";
import type { World } from "../../operations/survey";
import { isOwn } from "../../settings/database";
import type { Process } from "../../settings/process";
import type { Settings } from "../../settings/schema";
import { stoppedOf } from "../../settings/stopped";
import type { Service } from "../swarm/service";
import { processEnvironment } from "./app-environment";
import { Beat } from "./beat";
import type { Broker } from "./broker-health";
import { frameworks } from "./frameworks";
import type { Runtime } from "./runtime";
import { Web, type WebArgs } from "./web";
import { Worker } from "./worker";

export interface ProcessesArgs {
  settings: Settings;
  images: World["images"];
  common: Omit<Runtime, "volumes">;
  /** By the settings' name; `media` is the uploads. */
  volumes: Record<string, pulumi.Input<string>>;
  staticVolume?: pulumi.Input<string>;
  /** What web, worker and beat are given. */
  application: Record<string, string>;
}

/** All processes of the release; they roll at once. */
export class Processes extends pulumi.ComponentResource {
  readonly services: Service[];

  constructor(name: string, args: ProcessesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("tidemark:processes:Processes", name, {}, opts);
    this.services = Object.entries(args.settings.processes)
      .sort(([a], [b]) => a.localeCompare(b))
      .map(([its, process]) => one(its, process, args, this));
    this.registerOutputs({});
  }
}

function one(its: string, process: Process, args: ProcessesArgs, parent: pulumi.Resource): Service {
  const { settings, common } = args;
  const name = `${common.scope.prefix}-${its}`;
  const image = args.images[its];
  if (!image) throw new Error(`no image of ${its}`);
  const shared = {
    runtime: { ...common, volumes: seen(process, args) },
    image,
    stopped: stoppedOf(settings).includes(its),
    environment: processEnvironment(settings, process, args.application),
  };
  const celery = {
    framework: frameworks[settings.framework],
    ...(settings.celery !== undefined && { celery: settings.celery }),
    ...brokerOf(settings, common.scope.prefix),
  };
  switch (process.kind) {
    case "web":
    case "frontend":
      return new Web(
        name,
        { ...shared, process, host: settings.edge.hosts[0] ?? "localhost", ...away(settings, common.scope.prefix) },
        { parent },
      ).service;
    case "worker":
      return new Worker(name, { ...shared, ...celery, process }, { parent }).service;
    case "beat":
      return new Beat(name, { ...shared, ...celery, process }, { parent }).service;
  }
}

function away({ database }: Settings, prefix: string): Pick<WebArgs, "database"> {
  return isOwn(database) ? { database: { host: `${prefix}-postgres`, port: 5432 } } : {};
}

/** The Redis that tasks go through. */
function brokerOf({ redis, secrets }: Settings, prefix: string): { broker?: Broker } {
  const [name, broker] = Object.entries(redis).find(([, { use }]) => use === "broker") ?? [];
  if (!broker) return {};
  if (!("external" in broker)) return { broker: { host: `${prefix}-${name}`, port: 6379 } };
  const { hostname, port } = new URL(secrets[broker.external.url] ?? "");
  return { broker: { host: hostname, port: Number(port || 6379) } };
}

function seen(process: Process, { settings, volumes, staticVolume }: ProcessesArgs): Runtime["volumes"] {
  const own = Object.entries(process.volumes)
    .sort(([a], [b]) => a.localeCompare(b))
    .flatMap(([name, path]) => {
      const volume = volumes[name];
      return volume ? [{ volume, path, marked: true }] : [];
    });
  const media = process.kind !== "frontend" && settings.media && volumes.media;
  return [
    ...(media ? [{ volume: media, path: settings.media?.path ?? "", marked: true }] : []),
    ...(process.kind === "web" && settings.static && staticVolume
      ? [{ volume: staticVolume, path: settings.static.root, marked: false, readOnly: true }]
      : []),
    ...own,
  ];
}
