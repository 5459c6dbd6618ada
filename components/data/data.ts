import * as pulumi from "@pulumi/pulumi";
import { isOwn } from "../../settings/database";
import type { Settings } from "../../settings/schema";
import type { World } from "../../operations/survey";
import { Watch } from "../release/watch";
import type { Scope } from "../swarm/scope";
import type { Passwords } from "./passwords";
import { Postgres } from "./postgres";
import { Redis } from "./redis";

export interface DataArgs {
  scope: Scope;
  settings: Pick<Settings, "database" | "redis">;
  /** The database's name. */
  database: string;
  images: World["own"];
  network: pulumi.Input<string>;
  passwords: Passwords;
}

/** The servers of the stack's own: PostgreSQL with its roles, and Redis. They are ready when it is. */
export class Data extends pulumi.ComponentResource {
  /** The stack's own database, where it has one. */
  readonly postgres?: Postgres;

  constructor(name: string, args: DataArgs, opts?: pulumi.ComponentResourceOptions) {
    super("tidemark:data:Data", name, {}, opts);
    const { scope, settings, network, passwords, images } = args;
    const { database } = settings;
    if (isOwn(database) && images.postgres) {
      const its = { scope, database, name: args.database, image: images.postgres, network, passwords };
      this.postgres = new Postgres(`${scope.prefix}-postgres`, its, { parent: this });
    }
    const servers = Object.entries(settings.redis).flatMap(([role, redis]) => {
      if ("external" in redis || !images.redis) return [];
      const its = { scope, redis, image: images.redis, network, passwords };
      return [new Redis(`${scope.prefix}-${role}`, its, { parent: this }).service];
    });
    if (servers.length > 0) new Watch(`${scope.prefix}-redis-ready`, { scope, services: servers }, { parent: this });
    this.registerOutputs({});
  }
}
