import * as pulumi from "@pulumi/pulumi";
import { preloadLibraries } from "../../images/extensions";
import type { Backup } from "../../settings/backup";
import type { OwnDatabase } from "../../settings/database";
import { bytes } from "../../settings/units";
import { ConfigContent, SecretContent, type Content } from "../swarm/content";
import { jobOrder } from "../swarm/job";
import { Operation } from "../swarm/operation";
import type { Scope } from "../swarm/scope";
import { Service, type ServiceArgs } from "../swarm/service";
import { Volume } from "../swarm/volume";
import { Watch } from "../release/watch";
import { Access } from "./access";
import { accessPort } from "./access-port";
import { Archive, archiveSettings } from "./archive";
import { FilledVolume } from "./filled-volume";
import { loginsOf } from "./logins";
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
  /** @default none: nothing is backed up */
  backup?: Backup;
}

export interface Vacant {
  at: string;
  /** Somebody was given a password of another turn. */
  former: boolean;
}

const DATA = "/var/lib/postgresql/data";
const SOCKETS = "/var/run/postgresql";

/** PostgreSQL on the volume of its generation, with its roles. Never published: on its own host a forwarder on loopback reaches it. */
export class Postgres extends pulumi.ComponentResource {
  readonly host: string;
  /** A job that makes a restore point, less its name. */
  readonly mark: pulumi.Output<object>;
  readonly access: Access;
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

    const superuser = new SecretContent(
      `${name}-superuser`,
      { scope, text: logins.superuser.password, salt: args.passwords.salt },
      { parent: this },
    );
    const archive =
      args.backup && new Archive(`${scope.prefix}-archive`, { ...args, backup: args.backup }, { parent: this });
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
    const data = new FilledVolume(
      `${name}-g${database.generation}`,
      {
        scope,
        job: {
          image,
          user: "0",
          command: [
            "tidemark-postgres",
            "initialise",
            scope.prefix,
            String(database.generation),
            "/run/secrets/superuser",
          ],
          secrets: { superuser },
          ...(database.placement && { placement: database.placement }),
        },
        path: DATA,
      },
      { parent: this },
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
      { parent: this, dependsOn: data },
    );
    const forwarder = new Service(
      `${name}-access`,
      forwarderService({ scope, database, image, sockets: sockets.name, port }),
      { parent: this },
    );
    const ready = new Watch(`${name}-ready`, { scope, services: [server, forwarder] }, { parent: this });
    if (archive) {
      const job = jobOrder(`${name}-first-backup-job`, scope, {
        image,
        user: "0",
        command: ["tidemark-archive", "first", scope.prefix, String(database.generation), "/run/secrets/superuser"],
        secrets: { superuser, archive: archive.file },
        volumes: [{ volume: data.name, path: DATA }, { volume: sockets.name, path: SOCKETS }, archive.mount],
        ...(database.placement && { placement: database.placement }),
        limitSeconds: 4 * 3600,
      });
      new Operation(
        `${name}-first-backup`,
        { scope, operation: "job", order: job },
        { parent: this, dependsOn: ready },
      );
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
        generation: database.generation,
        logins,
        extensions: database.extensions,
      },
      { parent: this, dependsOn: [ready, vacant] },
    );
    const job = (verb: string, ...more: string[]) =>
      jobOrder(`${name}-${verb}`, scope, {
        image,
        command: ["tidemark-postgres", verb, ...more],
        secrets: { superuser },
        volumes: [{ volume: sockets.name, path: SOCKETS }],
        ...(database.placement && { placement: database.placement }),
        limitSeconds: 60,
      });
    this.mark = job("mark");
    const former = [logins.idle, logins.owner, logins.reader].map(({ user }) => user);
    this.endSessions = job("end-sessions", "/run/secrets/superuser", ...former);
    this.registerOutputs({ host: this.host });
  }
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
    ...(its.archive && { secrets: { archive: its.archive.file } }),
    mounts: [
      { volume: its.data, path: DATA },
      { volume: its.sockets, path: SOCKETS },
      ...(its.archive ? [its.archive.mount] : []),
    ],
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
