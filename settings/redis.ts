import { z } from "zod";
import { size } from "./units";
import { environment, nameOf, placement } from "./words";

const variables = environment
  .prefault({})
  .describe(
    "Environment made for the application: name to text, in which {url} {host} {port} {password} are filled in.",
  )
  .meta({ examples: [{ REDIS_URL: "{url}/0", CELERY_BROKER_URL: "{url}/1" }] });

const use = z
  .enum(["broker", "cache"])
  .default("broker")
  .describe("A broker never throws anything away; a cache throws away what was used longest ago.");

const own = z.strictObject({
  use,
  memory: size.default("128m").describe("How much data it may hold."),
  variables,
  placement: placement.describe("Node labels that it needs. Default: the application's."),
});

/** The form whose server is somebody else's. */
export const externalRedis = z.strictObject({
  external: z
    .strictObject({ url: z.string().describe("The NAME of the secret that holds its URL.") })
    .describe("A server that is not Tidemark's. Without it, Tidemark runs one."),
  use,
  variables,
});

export const redisSchema = z
  .record(nameOf("a Redis"), z.union([own, externalRedis]))
  .default({})
  .describe("Redis servers, none to two: usually `redis` alone, or `cache` and `broker`.")
  .meta({ examples: [{ redis: { variables: { CELERY_BROKER_URL: "{url}/1" } } }] });

export type Redis = z.output<typeof own>;
export type ExternalRedis = Extract<z.output<typeof redisSchema>[string], { external: unknown }>;
