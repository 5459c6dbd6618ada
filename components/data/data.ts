import * as pulumi from "@pulumi/pulumi";
import { isOwn } from "../../settings/database";
import type { Settings } from "../../settings/schema";
import type { World } from "../../operations/survey";
import { Watch } from "../release/watch";
import type { Around } from "../restore/hand-over";
import { Operation } from "../swarm/operation";
import type { Scope } from "../swarm/scope";
import type { Passwords } from "./passwords";
import { Postgres, type PostgresArgs } from "./postgres";
import { Redis } from "./redis";

export interface DataArgs {
  scope: Scope;
  settings: Pick<Settings, "database" | "redis" | "rotation" | "backup" | "secrets">;
  /** The database's name. */
  database: string;
  images: World["own"];
  network: pulumi.Input<string>;
  passwords: Passwords;
  around: Around;
  marks: World["marks"];
  lineage: World["lineage"];
  foreign: World["foreign"];
  /** What is backed up beside the database. @default nothing */
  uploads?: PostgresArgs["uploads"];
  /** How people are told of a backup that fails. @default nobody is */
  notify?: PostgresArgs["notify"];
}

/** What is said of a Redis when a password is let in. */
export interface Admitted {
  /** Others are good as well. */
  others: boolean;
  /** The server's own, in seconds. */
  time: number;
}

/** The servers of the stack's own: PostgreSQL with its roles, and Redis. They are ready when it is. */
export class Data extends pulumi.ComponentResource {
  /** The stack's own database, where it has one. */
  readonly postgres?: Postgres;
  /** Those of the stack's own, each with what was found when its password was let in. */
  readonly redis: { server: Redis; admitted: pulumi.Output<Admitted> }[];

  constructor(name: string, args: DataArgs, opts?: pulumi.ComponentResourceOptions) {
    super("tidemark:data:Data", name, {}, opts);
    const { scope, settings, network, passwords, images } = args;
    const { database } = settings;
    if (isOwn(database) && images.postgres) {
      const turn = settings.rotation.database;
      const { around, marks, lineage, foreign } = args;
      const found = {
        foreign,
        around,
        marks,
        lineage,
        image: images.postgres,
        secrets: settings.secrets,
        notify: args.notify,
        uploads: args.uploads,
      };
      const its = { ...found, scope, database, name: args.database, network, passwords, turn };
      const backup = settings.backup && images.keeper && { ...settings.backup, image: images.keeper };
      this.postgres = new Postgres(`${scope.prefix}-postgres`, { ...its, ...(backup && { backup }) }, { parent: this });
    }
    const servers = Object.entries(settings.redis).flatMap(([role, redis]) => {
      if ("external" in redis || !images.redis) return [];
      const its = { scope, redis, image: images.redis, network, passwords, turn: settings.rotation.redis };
      return [new Redis(`${scope.prefix}-${role}`, its, { parent: this })];
    });
    const services = servers.map(({ service }) => service);
    const ready =
      services.length > 0 ? [new Watch(`${scope.prefix}-redis-ready`, { scope, services }, { parent: this })] : [];
    this.redis = servers.map((server) => {
      const name = `${server.name}-admitted`;
      const order = { scope, operation: "job", order: server.admit };
      const { evidence } = new Operation(name, order, { parent: this, dependsOn: ready });
      return { server, admitted: evidence.apply((line) => JSON.parse(line) as Admitted) };
    });
    this.registerOutputs({});
  }
}
