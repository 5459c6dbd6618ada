import { readFileSync } from "node:fs";
import type { PoolConfig } from "pg";

import type { Problem } from "../server/plugin";
import { type Bag, holdsUnknown, reveal } from "../server/value";

/** How to reach the server, from the provider's arguments or libpq's environment variables. */
export interface Config {
  host: string;
  port: number;
  username: string;
  password: string | undefined;
  database: string;
  sslmode: string;
  sslrootcert: string | undefined;
  /** Zero waits for ever. */
  connectTimeoutSeconds: number;
  /** Zero is no limit. */
  maxConnections: number;
}

const known = new Set([
  "host",
  "port",
  "username",
  "databaseUsername",
  "password",
  "database",
  "sslmode",
  "sslMode",
  "sslrootcert",
  "superuser",
  "connectTimeout",
  "maxConnections",
  "expectedVersion",
  "scheme",
  "version",
]);
const sslmodes = ["disable", "require", "verify-ca", "verify-full"];

export function configProblems(config: Bag): Problem[] {
  const problems = Object.keys(config)
    .filter((property) => !known.has(property) && config[property] !== "false")
    .map((property) => ({
      property,
      reason: "this stand-in for the postgresql plugin cannot do it. Leave it out, or install the official plugin.",
    }));
  const sslmode = config["sslmode"] ?? config["sslMode"];
  if (sslmode !== undefined && !holdsUnknown(sslmode) && !sslmodes.includes(reveal(sslmode) as string)) {
    problems.push({ property: "sslmode", reason: `it must be one of ${sslmodes.join(", ")}` });
  }
  const scheme = config["scheme"];
  if (scheme !== undefined && scheme !== "postgres") {
    problems.push({ property: "scheme", reason: 'this stand-in for the postgresql plugin knows only "postgres"' });
  }
  return problems;
}

export function configOf(bag: Bag, environment: NodeJS.ProcessEnv = process.env): Config {
  const given = reveal(bag) as Record<string, string | number | undefined>;
  const username = String(given["username"] ?? environment["PGUSER"] ?? "postgres");
  const password = given["password"] ?? environment["PGPASSWORD"];
  return {
    host: String(given["host"] ?? environment["PGHOST"] ?? "localhost"),
    port: Number(given["port"] ?? environment["PGPORT"] ?? 5432),
    username,
    password: password === undefined ? undefined : String(password),
    database: String(given["database"] ?? "postgres"),
    sslmode: String(given["sslmode"] ?? given["sslMode"] ?? environment["PGSSLMODE"] ?? "require"),
    sslrootcert: given["sslrootcert"] === undefined ? undefined : String(given["sslrootcert"]),
    connectTimeoutSeconds: Number(given["connectTimeout"] ?? 180),
    maxConnections: Number(given["maxConnections"] ?? 20),
  };
}

/** Two connections for each database are enough for refreshing side by side. */
export function poolConfig(config: Config, database: string): PoolConfig {
  return {
    host: config.host,
    port: config.port,
    user: config.username,
    password: config.password,
    database,
    ssl: sslOf(config),
    connectionTimeoutMillis: config.connectTimeoutSeconds * 1000,
    max: config.maxConnections === 1 ? 1 : 2,
    application_name: "Pulumi (stand-in for postgresql)",
  };
}

function sslOf({ sslmode, sslrootcert }: Config): PoolConfig["ssl"] {
  if (sslmode === "disable") return false;
  const ca = sslrootcert === undefined ? undefined : readFileSync(sslrootcert, "utf8");
  if (sslmode === "require") return { rejectUnauthorized: ca !== undefined, ca, checkServerIdentity: () => undefined };
  return sslmode === "verify-ca" ? { ca, checkServerIdentity: () => undefined } : { ca };
}
