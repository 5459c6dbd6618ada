import * as pulumi from "@pulumi/pulumi";
import { preloadLibraries } from "../../images/extensions";
import type { Backup } from "../../settings/backup";
import type { HandedOver } from "../../operations/hand-over";
import { target, type Marks } from "../../operations/restore-source";
import type { OwnDatabase } from "../../settings/database";
import { bytes } from "../../settings/units";
import { ConfigContent, SecretContent, type Content } from "../swarm/content";
import { jobOrder } from "../swarm/job";
import { Operation } from "../swarm/operation";
import type { Scope } from "../swarm/scope";
import { Service, type ServiceArgs } from "../swarm/service";
import { Volume } from "../swarm/volume";
import { Archive, archiveSettings } from "../backup/archive";
import { Keeper, type KeeperArgs } from "../backup/keeper";
import { Watch } from "../release/watch";
import { HandOver, type Around } from "../restore/hand-over";
import { Access } from "./access";
import { accessPort } from "./access-port";
import { FilledVolume } from "./filled-volume";
import { loginsOf, type Logins } from "./logins";
import type { Passwords } from "./passwords";
import { postgresConfig } from "./postgres-config";

export interface PostgresArgs {
  scope: Scope;
  database: OwnDatabase;
  /** The database's name. */
  name: string;
  image: string;
  network: pulumi.Input<string>;
  passwords: Passwords;
  /** Of its passwords. */
  turn: number;
  /** And the image of who keeps them. @default none: nothing is backed up */
  backup?: Backup & { image: string };
  around: Around;
  /** Restore points by their names, and where each lies. */
  marks: Marks;
  /** The generation that its roles were made in. */
  lineage: number;
  /** They came with a backup and are in no state yet. */
  foreign: boolean;
  /** What is backed up beside it. @default nothing */
  uploads?: KeeperArgs["uploads"];
  /** How people are told of a backup that fails. @default nobody is */
  notify?: KeeperArgs["notify"];
  /** The application's, where the backups need some of them. */
  secrets: Readonly<Record<string, string>>;
}

export interface Vacant {
  at: string;
  /** Somebody was given a password of another turn. */
  former: boolean;
}

const DATA = "/var/lib/postgresql/data";
const SOCKETS = "/var/run/postgresql";
const ASSERTIONS = "/etc/tidemark/assertions.json";
/** A large database on a small machine. */
const RESTORE_SECONDS = 4 * 3600;

/** PostgreSQL on the volume of its generation, with its roles. Never published: on its own host a forwarder on loopback reaches it. */
export class Postgres extends pulumi.ComponentResource {
  readonly host: string;
  readonly generation: number;
  /** A job that makes a restore point, less its name. */
  readonly mark: pulumi.Output<object>;
  readonly access: Access;
  /** What was stopped for this generation; none where nothing is backed up. */
  readonly handed: pulumi.Output<HandedOver> | undefined;
  /** What was found before any password was changed. */
  readonly vacant: pulumi.Output<Vacant>;
  /** A job that ends the sessions of those who logged in with a former password. */
  readonly endSessions: pulumi.Output<object>;

  constructor(name: string, args: PostgresArgs, opts?: pulumi.ComponentResourceOptions) {
    super("tidemark:data:Postgres", name, {}, opts);
    const { scope, database, image } = args;
    const logins = loginsOf(args.name, args.passwords, args.turn);
    const port = accessPort(scope.prefix, database.accessPort);
    this.host = name;
    this.generation = database.generation;

    const superuser = new SecretContent(
      `${name}-superuser`,
      { scope, text: logins.superuser.password, salt: args.passwords.salt },
      { parent: this },
    );
    const archive =
      args.backup && new Archive(`${scope.prefix}-archive`, { ...args, backup: args.backup }, { parent: this });
    const reading = database.repository === undefined ? [] : ["--repository", database.repository];
    const config = new ConfigContent(
      `${name}-conf`,
      {
        scope,
        text: postgresConfig({
          memory: database.memory,
          preload: preloadLibraries(database.extensions),
          settings: {
            ...(args.backup && archiveSettings(`${scope.prefix}-g${database.generation}`, args.backup)),
            ...database.settings,
          },
        }),
      },
      { parent: this },
    );
    const sockets = new Volume(`${name}-sockets`, { scope, holds: "copies" }, { parent: this });
    const generation = [scope.prefix, String(database.generation), "/run/secrets/superuser"];
    const placed = { user: "0", ...(database.placement && { placement: database.placement }) };
    const settings = {
      "/etc/tidemark/postgresql.conf": config,
      ...(args.backup && args.backup.assertions.length > 0 && { [ASSERTIONS]: asked(name, args, args.backup, this) }),
    };
    const { from } = database;
    const data = new FilledVolume(
      `${name}-g${database.generation}`,
      {
        scope,
        path: DATA,
        ...(archive && args.backup && from !== undefined
          ? {
              job: {
                ...placed,
                image: args.backup.image,
                command: ["tidemark-archive", ...reading, "restore", ...generation, ...target(from, args.marks)],
                secrets: { superuser, ...archive.files },
                configs: settings,
                volumes: archive.mounts,
                limitSeconds: RESTORE_SECONDS,
              },
              descent: { from, root: args.lineage },
            }
          : {
              job: {
                ...placed,
                image,
                command: ["tidemark-postgres", "initialise", ...generation],
                secrets: { superuser },
              },
            }),
      },
      { parent: this },
    );
    const onDatabase = archive && {
      ...placed,
      image: args.backup?.image ?? "",
      command: [],
      secrets: { superuser, ...archive.files },
      configs: settings,
      volumes: [{ volume: data.name, path: DATA }, { volume: sockets.name, path: SOCKETS }, ...archive.mounts],
      limitSeconds: RESTORE_SECONDS,
    };
    const handOver =
      onDatabase &&
      new HandOver(
        `${name}-hand-over`,
        {
          ...args.around,
          scope,
          service: name,
          volume: data.name,
          job: { ...onDatabase, secrets: { ...onDatabase.secrets, roles: rolesFile(name, scope, logins, args, this) } },
          ...(from !== undefined && { finish: generation }),
          reading,
          follows: from === "latest",
          restored: from !== undefined,
        },
        { parent: this, dependsOn: data },
      );
    const server = new Service(
      name,
      postgresService({
        scope,
        database,
        image,
        network: args.network,
        data: data.name,
        sockets: sockets.name,
        config,
        ...(archive && { archive }),
      }),
      { parent: this, dependsOn: handOver?.done ?? data },
    );
    const arrival = handOver?.arrival(server);
    const forwarder = new Service(
      `${name}-access`,
      forwarderService({ scope, database, image, sockets: sockets.name, port }),
      { parent: this },
    );
    const ready = new Watch(`${name}-ready`, { scope, services: [server, forwarder] }, { parent: this });
    if (onDatabase && args.backup) {
      const { backup, notify, uploads } = args;
      const its = { scope, backup, notify, uploads, generation: database.generation, job: onDatabase };
      new Keeper(`${scope.prefix}-keeper`, its, { parent: this, dependsOn: ready });
    }
    const vacant = new Operation(
      `${name}-vacant`,
      {
        scope,
        operation: "vacant",
        order: { stack: scope.prefix, login: logins.active.user, turn: args.turn },
      },
      { parent: this },
    );
    this.vacant = vacant.evidence.apply((line) => JSON.parse(line) as Vacant);
    this.access = new Access(
      `${name}-roles`,
      {
        server: { host: "127.0.0.1", port, username: logins.superuser.user, password: logins.superuser.password },
        database: args.name,
        generation: args.lineage,
        logins,
        extensions: database.extensions,
        foreign: args.foreign,
      },
      { parent: this, dependsOn: [ready, vacant, ...(arrival ? [arrival] : [])] },
    );
    const job = (verb: string, ...more: string[]) =>
      jobOrder(`${name}-${verb}`, scope, {
        image,
        command: ["tidemark-postgres", verb, ...more],
        secrets: { superuser },
        volumes: [{ volume: sockets.name, path: SOCKETS }],
        ...(database.placement && { placement: database.placement }),
        // The archive has a minute to take it.
        limitSeconds: 120,
      });
    this.handed = handOver?.handed;
    this.mark = job("mark");
    const former = [logins.idle, logins.owner, logins.reader].map(({ user }) => user);
    this.endSessions = job("end-sessions", "/run/secrets/superuser", ...former);
    this.registerOutputs({ host: this.host });
  }
}

/** The passwords of today, for a database that has those of another day. */
function rolesFile(
  name: string,
  scope: Scope,
  { owner, active, idle, reader }: Logins,
  { passwords }: Pick<PostgresArgs, "passwords">,
  parent: pulumi.Resource,
): SecretContent {
  // Whose turn is over may still be at work.
  const text = [owner, active, idle, reader]
    .map((role) => `${role.user} ${role === idle ? "as-it-is" : "login"} ${role.password}\n`)
    .join("");
  return new SecretContent(`${name}-roles-file`, { scope, text, salt: passwords.salt }, { parent });
}

/** What every restore of it is asked. */
function asked(
  name: string,
  { scope, name: database }: PostgresArgs,
  { assertions }: Backup,
  parent: pulumi.Resource,
): ConfigContent {
  return new ConfigContent(`${name}-assertions`, { scope, text: JSON.stringify({ database, assertions }) }, { parent });
}

function postgresService(its: {
  scope: Scope;
  database: OwnDatabase;
  image: string;
  network: pulumi.Input<string>;
  data: pulumi.Input<string>;
  sockets: pulumi.Input<string>;
  config: Content;
  archive?: Archive;
}): ServiceArgs {
  return {
    scope: its.scope,
    image: its.image,
    args: ["serve", its.scope.prefix, String(its.database.generation)],
    // Two servers on one volume would destroy it; and stop-first waits a minute at most for the old one.
    roll: "stop-first",
    grace: "50s",
    health: { test: ["tidemark-postgres", "healthcheck"], every: "5s", timeout: "5s", retries: 5, start: "60s" },
    configs: { "/etc/tidemark/postgresql.conf": its.config },
    ...(its.archive && { secrets: its.archive.files }),
    mounts: [{ volume: its.data, path: DATA }, { volume: its.sockets, path: SOCKETS }, ...(its.archive?.mounts ?? [])],
    networks: [its.network],
    memoryBytes: bytes(its.database.memory),
    ...(its.database.placement && { placement: its.database.placement }),
  };
}

/** On the host's own network, so that it can listen on loopback; a published port would listen everywhere. */
function forwarderService(its: {
  scope: Scope;
  database: OwnDatabase;
  image: string;
  sockets: pulumi.Input<string>;
  port: number;
}): ServiceArgs {
  return {
    scope: its.scope,
    image: its.image,
    args: ["forward", String(its.port)],
    roll: "stop-first",
    // The provider waits no longer than this for the task to be gone, and a busy host is slow.
    grace: "30s",
    mounts: [{ volume: its.sockets, path: SOCKETS }],
    networks: "host",
    memoryBytes: 64 * 1024 ** 2,
    ...(its.database.placement && { placement: its.database.placement }),
  };
}
