interface Extension {
  /** Debian's package; left out: it comes with the server. */
  package?: string;
  /** The library that the server must load at its start. */
  preload?: string;
}

const postgis: Extension = { package: "postgresql-17-postgis-3" };

const withTheServer =
  "amcheck autoinc bloom btree_gin btree_gist citext cube dblink dict_int dict_xsyn earthdistance file_fdw " +
  "fuzzystrmatch hstore insert_username intagg intarray isn lo ltree moddatetime pageinspect pg_buffercache " +
  "pg_freespacemap pg_prewarm pg_surgery pg_trgm pg_visibility pg_walinspect pgcrypto pgrowlocks pgstattuple plpgsql " +
  "postgres_fdw refint seg sslinfo tablefunc tcn tsm_system_rows tsm_system_time unaccent uuid-ossp xml2";

/** Every extension that the postgres image can have. */
export const knownExtensions: ReadonlyMap<string, Extension> = new Map<string, Extension>([
  ...withTheServer.split(" ").map((name): [string, Extension] => [name, {}]),
  ["pg_stat_statements", { preload: "pg_stat_statements" }],
  ["address_standardizer", postgis],
  ["address_standardizer_data_us", postgis],
  ["postgis", postgis],
  ["postgis_raster", postgis],
  ["postgis_sfcgal", postgis],
  ["postgis_tiger_geocoder", postgis],
  ["postgis_topology", postgis],
  ["hll", { package: "postgresql-17-hll" }],
  ["hypopg", { package: "postgresql-17-hypopg" }],
  ["ip4r", { package: "postgresql-17-ip4r" }],
  ["pg_cron", { package: "postgresql-17-cron", preload: "pg_cron" }],
  ["pg_partman", { package: "postgresql-17-partman" }],
  ["pg_repack", { package: "postgresql-17-repack" }],
  ["pgaudit", { package: "postgresql-17-pgaudit", preload: "pgaudit" }],
  ["rum", { package: "postgresql-17-rum" }],
  // Debian's build is the Apache-licensed part: no compression, no continuous aggregates.
  ["timescaledb", { package: "postgresql-17-timescaledb", preload: "timescaledb" }],
  ["vector", { package: "postgresql-17-pgvector" }],
]);

const otherNames: ReadonlyMap<string, string> = new Map([
  ["pgvector", "vector"],
  ["uuid_ossp", "uuid-ossp"],
  ["cron", "pg_cron"],
  ["partman", "pg_partman"],
  ["timescale", "timescaledb"],
]);

/** Why the image cannot have this extension, and what to write instead; nothing when it can. */
export function extensionProblem(name: string): { why: string; fix: string } | undefined {
  if (knownExtensions.has(name)) return undefined;
  const meant = otherNames.get(name.toLowerCase()) ?? (knownExtensions.has(name.toLowerCase()) && name.toLowerCase());
  return {
    why: "The postgres image has no such extension.",
    fix: meant ? `Set "${meant}".` : `Set one of ${[...knownExtensions.keys()].sort().join(", ")}.`,
  };
}

/** Debian's packages for these extensions, beyond the server's own. Throws on one that is not known. */
export function extensionPackages(names: readonly string[]): string[] {
  return distinct(names.map((name) => extension(name).package));
}

/** What shared_preload_libraries must hold for these extensions. Throws on one that is not known. */
export function preloadLibraries(names: readonly string[]): string[] {
  return distinct(names.map((name) => extension(name).preload));
}

function extension(name: string): Extension {
  const found = knownExtensions.get(name);
  if (found) return found;
  const { why, fix } = extensionProblem(name)!;
  throw new Error(`extension "${name}": ${why} ${fix}`);
}

// timescaledb insists on being the first of the preloaded libraries.
function distinct(values: readonly (string | undefined)[]): string[] {
  const present = values.filter((value) => value !== undefined);
  const first = (value: string) => (value === "timescaledb" ? 0 : 1);
  return [...new Set(present)].sort((a, b) => first(a) - first(b) || (a < b ? -1 : 1));
}
