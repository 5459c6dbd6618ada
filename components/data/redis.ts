import * as pulumi from "@pulumi/pulumi";
import type { Redis as RedisSettings } from "../../settings/redis";
import { bytes } from "../../settings/units";
import { ConfigContent, SecretContent } from "../swarm/content";
import type { Scope } from "../swarm/scope";
import { Service } from "../swarm/service";
import { Volume } from "../swarm/volume";
import type { Passwords } from "./passwords";

export interface RedisArgs {
  scope: Scope;
  redis: RedisSettings;
  image: string;
  network: pulumi.Input<string>;
  passwords: Passwords;
}

/** A Redis of the stack's own, with a password, append-only file and no port on the host. */
export class Redis extends pulumi.ComponentResource {
  readonly service: Service;

  constructor(name: string, args: RedisArgs, opts?: pulumi.ComponentResourceOptions) {
    super("tidemark:data:Redis", name, {}, opts);
    const { scope, redis, image } = args;
    const password = redisPassword(name, args.passwords);
    const passwords = new SecretContent(
      `${name}-passwords`,
      { scope, text: `${password}\n`, salt: args.passwords.salt },
      { parent: this },
    );
    const config = new ConfigContent(`${name}-conf`, { scope, text: redisConfig(redis) }, { parent: this });
    const data = new Volume(`${name}-data`, { scope, holds: "data" }, { parent: this });
    this.service = new Service(
      name,
      {
        scope,
        image,
        args: ["serve", "/run/secrets/passwords"],
        // Two servers on one append-only file would destroy it.
        roll: "stop-first",
        grace: "30s",
        health: {
          test: ["tidemark-redis", "healthcheck", "/run/secrets/passwords"],
          every: "2s",
          timeout: "3s",
          retries: 5,
          start: "30s",
        },
        secrets: { passwords },
        configs: { "/etc/tidemark/redis.conf": config },
        mounts: [{ volume: data.name, path: "/data" }],
        networks: [args.network],
        // A rewrite of the append-only file forks: its copy of what changes meanwhile needs room.
        memoryBytes: 2 * bytes(redis.memory) + 64 * 1024 ** 2,
        ...(redis.placement && { placement: redis.placement }),
      },
      { parent: this },
    );
    this.registerOutputs({});
  }
}

export function redisPassword(host: string, passwords: Passwords): string {
  return passwords.of(`redis/${host}`);
}

/** What {url}, {host} and the like stand for in the application's environment. */
export function redisConnection(host: string, password: string): Record<string, string> {
  return { url: `redis://:${password}@${host}:6379`, host, port: "6379", password };
}

export function redisConfig({ use, memory }: Pick<RedisSettings, "use" | "memory">): string {
  return `maxmemory ${bytes(memory)}\nmaxmemory-policy ${use === "cache" ? "allkeys-lru" : "noeviction"}\n`;
}
