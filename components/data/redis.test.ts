import assert from "node:assert/strict";
import { it } from "node:test";
import { redisConfig } from "./redis";
import { redisConnection } from "./redis-login";

it("never lets a broker throw a task away", () =>
  assert.equal(redisConfig({ use: "broker", memory: "128m" }), "maxmemory 134217728\nmaxmemory-policy noeviction\n"));

it("lets a cache throw away what was used longest ago", () =>
  assert.equal(redisConfig({ use: "cache", memory: "1g" }), "maxmemory 1073741824\nmaxmemory-policy allkeys-lru\n"));

it("says where it is, as one URL and in parts", () =>
  assert.deepEqual(redisConnection("shop-prod-redis", "p"), {
    ...{ url: "redis://:p@shop-prod-redis:6379", host: "shop-prod-redis", port: "6379", password: "p" },
  }));
