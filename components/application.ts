import * as pulumi from "@pulumi/pulumi";
import type { ReleaseFacts } from "../operations/ledger";
import { webhookFile } from "../operations/notify";
import type { World } from "../operations/survey";
import { isOwn } from "../settings/database";
import { databaseName, mainProcess } from "../settings/names";
import type { Settings } from "../settings/schema";
import { servicesOf } from "../settings/services";
import { splitTag } from "../settings/tag";
import { seconds } from "../settings/units";
import { Uploads, uploadsJob } from "./backup/uploads";
import { Data } from "./data/data";
import { Login } from "./data/login";
import { loginsOf, type OfTwo } from "./data/logins";
import { Passwords } from "./data/passwords";
import { Retired } from "./data/retired";
import { secretHashes } from "./data/secret-hashes";
import { ShutOut } from "./data/shut-out";
import { turnsOf } from "./data/turns";
import { Edge } from "./edge/edge";
import { declaration, Maintenance } from "./edge/maintenance";
import { edgePlan, publicUrl } from "./edge/plan";
import { smokeFile } from "./edge/smoke";
import { appEnvironment, databaseUrl } from "./processes/app-environment";
import { Logs } from "./logs/logs";
import { Processes } from "./processes/processes";
import { scripts } from "./processes/runtime";
import { Release } from "./release/release";
import { Roll } from "./release/roll";
import { Network } from "./swarm/network";
import { SecretContent } from "./swarm/content";
import { Operation } from "./swarm/operation";
import { scopeOf } from "./swarm/scope";
import { AppVolumes } from "./data/app-volumes";

export interface ApplicationArgs {
  settings: Settings;
  world: World;
  stack: string;
}

/** A whole application: data, then its release, then its processes, the edge in front, and the watch over all that rolls. */
export class Application extends pulumi.ComponentResource {
  readonly url: string;
  /** Of what was proven: after a failed update still the former one. */
  readonly tag: pulumi.Output<string>;

  constructor(name: string, { settings, world, stack }: ApplicationArgs, opts?: pulumi.ComponentResourceOptions) {
    const scope = scopeOf(settings, world, stack);
    const passwords = new Passwords(settings.secrets.TIDEMARK_KEY ?? "", scope.prefix);
    const database = databaseName(settings);
    const logins = loginsOf(database, passwords, settings.rotation.database);
    const turns = turnsOf(settings);
    const hosts = { prefix: scope.prefix, database };
    const main = mainProcess(settings);
    const image = world.images[main];
    if (!image) throw new Error(`no image of ${main}`);
    const ownerUrl = databaseUrl(settings, hosts, logins.owner);
    const facts = releaseFacts(settings, world, scope.prefix);
    const { salt } = passwords;
    super("tidemark:Application", name, {}, opts);
    const here = { parent: this };

    const front = new Network(`${name}-front`, { scope }, here);
    const back = new Network(`${name}-back`, { scope }, here);
    const networks = { front: front.id, back: back.id };
    const common = { scope, networks, scripts: scripts(name, scope, this), salt, turns };
    const { backup } = settings;
    const kept =
      backup && settings.media && backup.schedule.uploads !== false && world.own.keeper !== undefined
        ? {
            archive: new Uploads(
              `${name}-media-archive`,
              { scope, backup, passwords, secrets: settings.secrets },
              here,
            ),
            image: world.own.keeper,
          }
        : undefined;
    const volumes = new AppVolumes(name, { scope, settings, image, scripts: common.scripts, uploads: kept }, here);
    const uploads =
      kept && volumes.media
        ? { ...kept, volume: volumes.media, generation: settings.media?.generation ?? 1 }
        : undefined;
    const url = settings.secrets[settings.notify?.webhook ?? ""];
    const notify = settings.notify && { format: settings.notify.format, template: settings.notify.template };
    const webhook =
      url === undefined
        ? undefined
        : new SecretContent(`${name}-notify`, { scope, text: webhookFile(url), salt }, here);
    const data = new Data(
      name,
      {
        ...{ scope, settings, database, passwords, images: world.own, network: back.id },
        around: { release: facts, lastFailure: world.lastFailure, workers: workers(settings, scope.prefix) },
        marks: world.marks,
        lineage: world.lineage,
        foreign: world.foreign,
        uploads,
        ...(notify && webhook && { notify: { way: notify, webhook } }),
      },
      here,
    );
    const { access } = data.postgres ?? {};
    const login = (its: OfTwo, open: boolean, after: pulumi.Resource): pulumi.Resource[] =>
      access
        ? [new Login(`${name}-login-${its.letter}`, { access, login: its, open }, { parent: this, dependsOn: after })]
        : [];
    const release = new Release(
      name,
      {
        settings,
        facts,
        lastFailure: world.lastFailure,
        ...(data.postgres && { postgres: data.postgres }),
        ...(uploads && backup && { uploads: uploadsJob(`${name}-uploads`, { scope, backup, ...uploads }) }),
        image,
        running: `${scope.prefix}-${main}`,
        stack,
        runtime: {
          ...common,
          volumes:
            volumes.media && settings.media ? [{ volume: volumes.media, path: settings.media.path, marked: true }] : [],
        },
        application: appEnvironment(settings, hosts, passwords, logins.active),
        owner: appEnvironment(settings, hosts, passwords, logins.owner),
        ...(ownerUrl !== undefined && { databaseUrl: ownerUrl }),
      },
      { parent: this, dependsOn: [data, ...login(logins.active, true, data), volumes] },
    );
    const edge = new Edge(
      `${name}-edge`,
      {
        scope,
        image: world.own.nginx,
        network: front.id,
        plan: edgePlan(settings, scope.prefix),
        ...(settings.edge.tls && { key: settings.secrets[settings.edge.tls.key] ?? "" }),
        ...(world.edge && { seen: world.edge }),
        ...(release.edgeStatic && { staticFiles: release.edgeStatic }),
        ...(release.staticRelease !== undefined && { staticRelease: release.staticRelease }),
        ...(volumes.media && { media: volumes.media }),
        ...(world.page !== undefined && { page: world.page }),
        smoke: smokeFile(settings, scope.prefix),
        after: [release, volumes],
        salt,
      },
      here,
    );
    const processes = new Processes(
      name,
      {
        settings,
        images: world.images,
        common,
        volumes: volumes.all,
        ...(release.staticVolume && { staticVolume: release.staticVolume }),
        application: appEnvironment(settings, hosts, passwords, logins.active),
      },
      { parent: this, dependsOn: [release, volumes, edge.staged] },
    );
    const handed = data.postgres?.handed;
    const awake =
      handed &&
      new Operation(
        `${name}-awake`,
        { scope, operation: "wake", order: handed },
        { parent: this, dependsOn: [release, processes] },
      );
    const rolled = new Roll(
      `${name}-roll`,
      {
        scope,
        release: facts,
        began: release.mark.made,
        migrations: release.migrations,
        services: [...processes.services, edge.service],
        edge,
        settings,
        ...(notify && { notify }),
        needed: needed(settings, scope.prefix),
        secrets: secretHashes(settings, passwords, logins),
      },
      { parent: this, dependsOn: [...(webhook ? [webhook] : []), ...(awake ? [awake] : [])] },
    );
    if (handed) {
      const order = { stack: scope.prefix, handed };
      new Operation(`${name}-let-in`, { scope, operation: "letIn", order }, { parent: this, dependsOn: rolled });
    }
    this.tag = rolled.done.apply(() => settings.tag);
    new Maintenance(
      `${name}-maintenance`,
      {
        scope,
        edge,
        declared: declaration(settings.maintenance.on, world.edge?.maintenance),
        ...(notify && { notify }),
      },
      // Visitors are kept out at once, and let in again when all has come to its end.
      { parent: this, dependsOn: settings.maintenance.on ? [] : rolled },
    );
    if (isOwn(settings.database) && settings.database.from !== undefined && backup) {
      const order = { stack: scope.prefix, base: `${name}-postgres`, generation: settings.database.generation };
      new Operation(
        `${name}-roles-known`,
        { scope, operation: "knowRoles", order },
        { parent: this, dependsOn: rolled },
      );
    }
    const retired = new Retired(
      `${name}-retired`,
      { scope, data, turns, services: processes.services },
      { parent: this, dependsOn: rolled },
    );
    new ShutOut(
      `${name}-shut-out`,
      { scope, data },
      { parent: this, dependsOn: [retired, ...login(logins.idle, false, retired)] },
    );
    if (world.own.logs !== undefined) {
      const services = servicesOf(settings).map((its) => `${scope.prefix}-${its}`);
      const its = { scope, logs: settings.logs, image: world.own.logs, root: world.root, services };
      new Logs(`${name}-logs`, its, here);
    }
    this.url = publicUrl(settings.edge);
    this.registerOutputs({ url: this.url });
  }
}

/** What works without being asked, and how long each may take to end what it has begun. */
function workers({ processes }: Settings, prefix: string): { name: string; graceSeconds: number }[] {
  return Object.entries(processes)
    .filter(([, { kind }]) => kind === "worker" || kind === "beat")
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([name, { grace }]) => ({ name: `${prefix}-${name}`, graceSeconds: seconds(grace ?? LONGEST_GRACE) }));
}

/** Of a worker that says nothing of it. */
const LONGEST_GRACE = "5m";

/** Services without which nothing answers through the edge. */
function needed({ processes, database }: Settings, prefix: string): string[] {
  const webs = Object.keys(processes).filter((name) => processes[name]?.kind === "web");
  return [...webs.sort(), ...(isOwn(database) ? ["postgres"] : [])].map((name) => `${prefix}-${name}`);
}

/** What the history says of a release. */
function releaseFacts(settings: Settings, { images }: World, prefix: string): ReleaseFacts {
  const commit = Object.values(images).find((image) => image.commit !== undefined)?.commit;
  return {
    prefix,
    tag: splitTag(settings.tag).name,
    images: Object.fromEntries(Object.entries(images).map(([name, { pinned }]) => [name, pinned])),
    ...(commit !== undefined && { commit }),
  };
}
