import { createHash } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import type { Redis as RedisSettings } from "../../settings/redis";
import { bytes } from "../../settings/units";
import { ConfigContent, SecretContent } from "../swarm/content";
import { jobOrder } from "../swarm/job";
import type { Scope } from "../swarm/scope";
import { Service } from "../swarm/service";
import { Volume } from "../swarm/volume";
import type { Passwords } from "./passwords";
import { redisPassword } from "./redis-login";

export interface RedisArgs {
  scope: Scope;
  redis: RedisSettings;
  image: string;
  network: pulumi.Input<string>;
  passwords: Passwords;
  /** Of its password. Raising it: another one, without a restart. */
  turn: number;
}

const CONTROL = "/run/secrets/control";
const PASSWORD_LABEL = "tidemark.password";

/** A Redis of the stack's own, with a password, append-only file and no port on the host. */
export class Redis extends pulumi.ComponentResource {
  readonly service: Service;
  /** A job that lets the password of this turn in, beside those that are good already. */
  readonly admit: pulumi.Output<object>;
  /** A job that lets all others out; less the time since when nobody new came with one of them. */
  readonly keep: pulumi.Output<object>;

  constructor(
    readonly name: string,
    args: RedisArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("tidemark:data:Redis", name, {}, opts);
    const { scope, redis, image } = args;
    const control = new SecretContent(
      `${name}-control`,
      { scope, text: args.passwords.of(`redis/${name}/control`), salt: args.passwords.salt },
      { parent: this },
    );
    const hash = sha256(redisPassword(name, args.passwords, args.turn));
    const config = new ConfigContent(`${name}-conf`, { scope, text: redisConfig(redis) }, { parent: this });
    const data = new Volume(`${name}-data`, { scope, holds: "data" }, { parent: this });
    this.service = new Service(
      name,
      {
        scope,
        image,
        args: ["serve", CONTROL],
        // Two servers on one append-only file would destroy it.
        roll: "stop-first",
        grace: "30s",
        health: {
          test: ["tidemark-redis", "healthcheck", CONTROL],
          every: "5s",
          timeout: "3s",
          retries: 5,
          start: "30s",
        },
        secrets: { control },
        // Whenever it starts, on an empty volume too, it knows the password of this turn; as a secret it would not
        // change without a restart. A hash of 256 random bits gives nothing away.
        labels: { [PASSWORD_LABEL]: hash },
        fromLabel: { variable: "TIDEMARK_PASSWORDS", label: PASSWORD_LABEL },
        configs: { "/etc/tidemark/redis.conf": config },
        mounts: [{ volume: data.name, path: "/data" }],
        networks: [args.network],
        // A rewrite of the append-only file forks: its copy of what changes meanwhile needs room.
        memoryBytes: 2 * bytes(redis.memory) + 64 * 1024 ** 2,
        ...(redis.placement && { placement: redis.placement }),
      },
      { parent: this },
    );
    const job = (verb: string) =>
      jobOrder(`${name}-${verb}`, scope, {
        image,
        command: ["tidemark-redis", verb, name, CONTROL, hash],
        secrets: { control },
        networks: [args.network],
        limitSeconds: 60,
      });
    this.admit = job("admit");
    this.keep = job("keep");
    this.registerOutputs({});
  }
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

export function redisConfig({ use, memory }: Pick<RedisSettings, "use" | "memory">): string {
  return `maxmemory ${bytes(memory)}\nmaxmemory-policy ${use === "cache" ? "allkeys-lru" : "noeviction"}\n`;
}
