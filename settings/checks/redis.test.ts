import assert from "node:assert/strict";
import { it } from "node:test";
import { redis } from "./redis";
import { sample } from "./sample";

it("refuses a cache as the broker", () =>
  assert.deepEqual(redis(sample({ redis: { cache: { use: "cache", variables: { CELERY_BROKER_URL: "{url}/1" } } } })), [
    {
      at: "redis.cache.variables.CELERY_BROKER_URL",
      got: "{url}/1",
      why: "cache is a cache: when it is full it throws waiting tasks away.",
      fix: "Set redis.cache.use to broker, or add a second Redis for the tasks.",
    },
  ]));

it("refuses more than two", () =>
  assert.deepEqual(redis(sample({ redis: { a: {}, b: {}, c: {} } })), [
    {
      at: "redis",
      got: "3: a, b, c",
      why: "Two are enough: one that may forget and one that may not.",
      fix: "Keep at most two; a number at the end of the URL keeps things apart inside one, as {url}/1 does.",
    },
  ]));

it("refuses the name of one of Tidemark's services", () =>
  assert.deepEqual(redis(sample({ redis: { keeper: {} } })), [
    {
      at: "redis.keeper",
      got: "keeper",
      why: "A service of that name is made by Tidemark.",
      fix: "Give it another name, such as redis.",
    },
  ]));
