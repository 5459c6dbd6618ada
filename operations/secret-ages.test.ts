import assert from "node:assert/strict";
import { it } from "node:test";
import { ageLines, ages } from "./secret-ages";

const now = new Date("2026-11-21T12:00:00Z");
const known = {
  DJANGO_SECRET_KEY: { hash: "d1", since: "2026-08-20T10:00:00Z" },
  database: { hash: "p1", since: "2026-11-20T11:00:00Z" },
  GONE: { hash: "g1", since: "2026-01-01T00:00:00Z" },
};

it("keeps the age of what is the same, begins anew with what changed, and forgets what is gone", () =>
  assert.deepEqual(ages(known, { DJANGO_SECRET_KEY: "d1", database: "p2", redis: "r1" }, now), {
    DJANGO_SECRET_KEY: known.DJANGO_SECRET_KEY,
    database: { hash: "p2", since: "2026-11-21T12:00:00.000Z" },
    redis: { hash: "r1", since: "2026-11-21T12:00:00.000Z" },
  }));

it("counts from the first release that is remembered", () =>
  assert.deepEqual(ages(undefined, { API: "a" }, now), { API: { hash: "a", since: now.toISOString() } }));

it("shows the oldest first, in days", () =>
  assert.deepEqual(ageLines({ redis: { hash: "r", since: "2026-11-21T01:00:00Z" }, ...known }, now), [
    "GONE               324 days",
    "DJANGO_SECRET_KEY  93 days",
    "database           1 day",
    "redis              less than a day",
  ]));
