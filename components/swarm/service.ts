import { createHash } from "node:crypto";
import * as docker from "@pulumi/docker";
import type { input } from "@pulumi/docker/types";
import * as pulumi from "@pulumi/pulumi";
import { canonical, type Duration } from "../../settings/units";
import type { Content } from "./content";
import { constraints, labels, REVISION_LABEL, type Scope } from "./scope";

/** How Docker asks whether a task can serve. Until it can, Swarm shows it to nobody. */
export interface Health {
  test: string[];
  every: Duration;
  timeout: Duration;
  retries: number;
  start: Duration;
}

export interface ServiceArgs {
  scope: Scope;
  /** Pinned. Changing it rolls the service. */
  image: string;
  /** Replaces the image's ENTRYPOINT. @default the image's own */
  command?: string[];
  /** @default the image's CMD, where there is no command */
  args?: string[];
  /** @default 1 */
  replicas?: number;
  /** None of them runs for now. It is no part of the revision: to stop and to start is no roll. @default false */
  stopped?: boolean;
  /** One on each node, wherever the application is placed. @default false */
  everywhere?: boolean;
  /** start-first needs room for two of it, and no port on the host. @default "start-first" */
  roll?: "start-first" | "stop-first";
  /** From the signal to stop until the kill. */
  grace: Duration;
  health?: Health;
  /** File in /run/secrets to its content. */
  secrets?: Record<string, Content>;
  /** Path to its content. */
  configs?: Record<string, Content>;
  mounts?: { volume: pulumi.Input<string>; path: string; readOnly?: boolean }[];
  /** Folders of the node itself, to be read. */
  folders?: { folder: string; path: string }[];
  /** Ids of the networks, or the host's own, where the service listens on its loopback. */
  networks: pulumi.Input<string>[] | "host";
  user?: string;
  /** What root may do in it. @default nothing */
  capabilities?: string[];
  /** @default true */
  readOnly?: boolean;
  memoryBytes: number;
  cpus?: number;
  placement?: Record<string, string>;
  /** Ports on the host to ports of the container. */
  ports?: { published: number; target: number }[];
  /** For those who look with the docker command. */
  labels?: Record<string, string>;
  /** A variable that each task is given at its start from a label, which changes without a restart. */
  fromLabel?: { variable: string; label: string };
}

/** A Swarm service. The only place that makes one, so that what the provider leaves out is set for all. */
export class Service extends docker.Service {
  /** For the watch to wait for. */
  readonly wanted: pulumi.Output<{ name: string; image: string; revision: string }>;
  /** How long a task of it may take to its end. */
  readonly grace: Duration;
  /** Changes with the specification, so that whoever watches looks again. */
  readonly revision: pulumi.Output<string>;

  constructor(name: string, args: ServiceArgs, opts?: Omit<pulumi.CustomResourceOptions, "ignoreChanges">) {
    const bare = serviceSpec(name, args);
    const mode = args.stopped ? { replicated: { replicas: 0 } } : bare.mode;
    const ignoreChanges = [
      // At its creation Swarm adds what the registry says of the image, and a refresh would ask to take it away.
      "taskSpec.placement.platforms",
      // Swarm calls the host's network by an id that only it knows, and a refresh would ask for a replacement.
      ...(args.networks === "host" ? ["taskSpec.networksAdvanceds"] : []),
    ];
    const revision = revisionOf(bare);
    // By it a service that Swarm took back to its former specification is told from one that rolled.
    const marked = revision.apply((its) => labels(args.scope, { ...args.labels, [REVISION_LABEL]: its }));
    super(`${name}-task`, { ...bare, mode, labels: marked }, { ...opts, ignoreChanges });
    this.grace = args.grace;
    this.revision = revision;
    this.wanted = pulumi
      .all([this.name, revision])
      .apply(([its, revision]) => ({ name: its, image: args.image, revision }));
  }
}

/** Of all that a roll can change. */
function revisionOf({ mode, taskSpec, endpointSpec, updateConfig }: docker.ServiceArgs): pulumi.Output<string> {
  return pulumi.output([mode, taskSpec, endpointSpec, updateConfig]).apply((all) => fingerprint(all));
}

/** The whole specification. The provider sends an unset field as zero, so none with a meaning is left unset. */
export function serviceSpec(name: string, args: ServiceArgs): docker.ServiceArgs {
  const roll = args.roll ?? "start-first";
  const change = {
    parallelism: 1,
    delay: "0s",
    monitor: "3s",
    maxFailureRatio: "0.0",
    order: roll,
  };
  return {
    name,
    labels: labels(args.scope, args.labels),
    mode: args.everywhere ? { global: true } : { replicated: { replicas: args.replicas ?? 1 } },
    updateConfig: { ...change, failureAction: "rollback" },
    rollbackConfig: { ...change, failureAction: "pause" },
    // No IPVS is needed without a virtual address, and a published port reaches the container itself.
    endpointSpec: {
      mode: "dnsrr",
      ports: (args.ports ?? []).map(({ published, target }) => ({
        name: `port-${target}`,
        protocol: "tcp",
        publishMode: "host",
        publishedPort: published,
        targetPort: target,
      })),
    },
    taskSpec: {
      // Swarm leaves a task as it is when only the published ports are others, so its own part tells them too.
      forceUpdate: portsNumber(args.ports),
      runtime: "container",
      containerSpec: containerSpec(args),
      networksAdvanceds: args.networks === "host" ? [{ id: "host" }] : args.networks.map((id) => ({ id })),
      restartPolicy: { condition: "any", delay: "2s", maxAttempts: 0, window: "0s" },
      resources: {
        limits: {
          memoryBytes: args.memoryBytes,
          ...(args.cpus !== undefined && { nanoCpus: Math.round(args.cpus * 1e9) }),
        },
      },
      placement: { constraints: args.everywhere ? [] : constraints(args.placement ?? args.scope.placement) },
      logDriver: {
        name: "json-file",
        options: { "max-size": String(args.scope.logs.bytes), "max-file": String(args.scope.logs.files) },
      },
    },
  };
}

/** Differs for other ports; 0 for none. */
function portsNumber(ports: ServiceArgs["ports"] = []): number {
  if (ports.length === 0) return 0;
  return createHash("sha256").update(JSON.stringify(ports)).digest().readUIntBE(0, 3) + 1;
}

function fingerprint(specification: unknown): string {
  return createHash("sha256").update(JSON.stringify(specification)).digest("hex").slice(0, 12);
}

function containerSpec(args: ServiceArgs): input.ServiceTaskSpecContainerSpec {
  const readOnly = args.readOnly ?? true;
  const tmpfs = readOnly ? ["/tmp"] : [];
  return {
    image: args.image,
    init: true,
    readOnly,
    stopGracePeriod: canonical(args.grace),
    capDrops: ["ALL"],
    ...(args.capabilities && { capAdds: args.capabilities }),
    ...(args.command && { commands: args.command }),
    ...(args.args && { args: args.args }),
    ...(args.user !== undefined && { user: args.user }),
    // The only one: the provider lists them in random order, and two would roll every task on any update.
    ...(args.fromLabel && {
      env: { [args.fromLabel.variable]: `{{index .Service.Labels "${args.fromLabel.label}"}}` },
    }),
    secrets: byPath(args.secrets).map(([fileName, { id, name }]) => ({
      secretId: id,
      secretName: name,
      fileName,
      ...FILE,
    })),
    configs: byPath(args.configs).map(([fileName, { id, name }]) => ({
      configId: id,
      configName: name,
      fileName,
      ...FILE,
    })),
    mounts: [
      ...(args.mounts ?? []).map(({ volume, path, readOnly }) => ({
        type: "volume",
        source: volume,
        target: path,
        readOnly: readOnly ?? false,
      })),
      ...(args.folders ?? []).map(({ folder, path }) => ({
        type: "bind",
        source: folder,
        target: path,
        readOnly: true,
        // What the node unmounts there must not stay mounted here.
        bindOptions: { propagation: "rslave" },
      })),
      ...tmpfs.map((target) => ({
        type: "tmpfs",
        target,
        readOnly: false,
        tmpfsOptions: { mode: 0o777, sizeBytes: 0 },
      })),
    ],
    ...(args.health && {
      healthcheck: {
        tests: ["CMD", ...args.health.test],
        interval: canonical(args.health.every),
        timeout: canonical(args.health.timeout),
        retries: args.health.retries,
        startPeriod: canonical(args.health.start),
      },
    }),
  };
}

// Readable to every user of the container: the image's user is known to the image alone.
const FILE = { fileUid: "0", fileGid: "0", fileMode: 0o444 };

function byPath(map: Record<string, Content> = {}): [string, Content][] {
  return Object.entries(map).sort(([a], [b]) => a.localeCompare(b));
}
