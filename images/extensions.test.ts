import assert from "node:assert/strict";
import { it } from "node:test";
import { extensionPackages, extensionProblem, preloadLibraries } from "./extensions";

it("installs nothing for what comes with the server", () =>
  assert.deepEqual(
    extensionPackages(["pg_trgm", "unaccent", "hstore", "citext", "uuid-ossp", "pg_stat_statements"]),
    [],
  ));

it("installs one package once, in an order that does not depend on the settings'", () => {
  const packages = ["postgresql-17-cron", "postgresql-17-pgvector", "postgresql-17-postgis-3"];
  assert.deepEqual(extensionPackages(["postgis", "vector", "postgis_topology", "pg_cron"]), packages);
  assert.deepEqual(extensionPackages(["pg_cron", "postgis_topology", "postgis", "vector"]), packages);
});

it("preloads only what must be there when the server starts", () =>
  assert.deepEqual(preloadLibraries(["vector", "pg_stat_statements", "pg_cron", "pg_trgm"]), [
    "pg_cron",
    "pg_stat_statements",
  ]));

it("preloads timescaledb before all others", () =>
  assert.deepEqual(preloadLibraries(["pg_cron", "timescaledb"]), ["timescaledb", "pg_cron"]));

it("names the right word for a common wrong one", () => {
  assert.equal(extensionProblem("pgvector")!.fix, 'Set "vector".');
  assert.equal(extensionProblem("PostGIS")!.fix, 'Set "postgis".');
  assert.equal(extensionProblem("vector"), undefined);
});

it("refuses an unknown extension with the names of those it has", () =>
  assert.throws(
    () => extensionPackages(["pg_magic"]),
    /extension "pg_magic": .*no such extension.*citext.*pg_trgm.*vector/s,
  ));
