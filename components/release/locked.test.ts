import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { locked, lockedEnvironment } from "./locked";

const URL = "postgres://shop_owner:p@db:5432/shop";
const USUAL = { url: URL, lockTimeout: "5s", statementTimeout: "0s" } as const;

it("puts a command behind the lock, whose wait ends before the step does", () =>
  assert.deepEqual(locked(["alembic", "upgrade", "head"], "shop-prod 1.4.2", "10m").command, [
    ...["/bin/sh", "/tidemark/python", "alembic", "/tidemark/locked", "shop-prod 1.4.2", "595", "--"],
    ...["alembic", "upgrade", "head"],
  ]));

describe("a command that is locked is given", () => {
  it("its own environment, the database's address, and how long it may wait", () =>
    assert.deepEqual(lockedEnvironment({ A: "1" }, USUAL), {
      A: "1",
      PGOPTIONS: "-c lock_timeout=5000 -c statement_timeout=0",
      TIDEMARK_DATABASE_URL: "postgresql://shop_owner:p@db:5432/shop",
    }));

  it("its own options of the database too, before ours", () =>
    assert.equal(
      lockedEnvironment({ PGOPTIONS: "-c search_path=shop" }, { ...USUAL, statementTimeout: "2m" }).PGOPTIONS,
      "-c search_path=shop -c lock_timeout=5000 -c statement_timeout=120000",
    ));

  it("no options where there is no limit, for a pooler may not take any", () =>
    assert.equal("PGOPTIONS" in lockedEnvironment({}, { ...USUAL, lockTimeout: "0s" }), false));

  it("an address as PostgreSQL's own library reads it", () =>
    assert.equal(
      lockedEnvironment(
        {},
        { ...USUAL, url: "postgresql+psycopg2://u:a%40b@db.example/shop?sslmode=require&pool_size=5" },
      ).TIDEMARK_DATABASE_URL,
      "postgresql://u:a%40b@db.example/shop?sslmode=require",
    ));
});
