import { isOwn } from "../../settings/database";
import type { Process } from "../../settings/process";
import type { Settings } from "../../settings/schema";
import { KEY } from "../../settings/checks/secrets";
import { connection, type Login } from "../data/logins";
import type { Passwords } from "../data/passwords";
import { redisConnection, redisPassword } from "../data/redis-login";
import { fillAll } from "./environment";

export interface Hosts {
  prefix: string;
  /** The database's name. */
  database: string;
}

/** What web, worker, beat and the jobs of the application are given; made anew for each login of the database. */
export function appEnvironment(
  settings: Settings,
  hosts: Hosts,
  passwords: Passwords,
  login: Login,
): Record<string, string> {
  return {
    ...settings.env,
    ...given(settings),
    ...databaseVariables(settings, hosts, login),
    ...redisVariables(settings, hosts, passwords),
  };
}

/** What one process is given: all of the application's, less the secrets that it does not name; a frontend only its own. */
export function processEnvironment(
  settings: Settings,
  process: Process,
  application: Readonly<Record<string, string>>,
): Record<string, string> {
  const secrets = given(settings);
  const named = Object.fromEntries(
    (process.secrets ?? Object.keys(secrets)).map((name) => [name, secrets[name] ?? ""]),
  );
  if (process.kind === "frontend") return { ...(process.secrets && named), ...process.env };
  const made = composed(settings);
  const others = Object.entries(application).filter(([name, value]) => made.includes(name) || secrets[name] !== value);
  return { ...Object.fromEntries(others), ...named, ...process.env };
}

/** Variables that lead to the servers: every process needs them, even where a secret has the same name and value. */
export function composed({ database, redis }: Settings): string[] {
  const all = [...(database === false ? [] : [database]), ...Object.values(redis)];
  return all.flatMap(({ variables }) => Object.keys(variables));
}

/** The secrets meant for processes: not those that Tidemark itself needs. */
function given({ secrets, edge, maintenance, notify, registry, backup }: Settings): Record<string, string> {
  const s3 = [backup?.s3?.keyId, backup?.s3?.key];
  const kept = [KEY, edge.tls?.key, maintenance.cookie, notify?.webhook, registry?.password, ...s3];
  return Object.fromEntries(Object.entries(secrets).filter(([name]) => !kept.includes(name)));
}

function databaseVariables(settings: Settings, hosts: Hosts, login: Login): Record<string, string> {
  const { database } = settings;
  return database === false ? {} : fillAll(database.variables, databaseParts(settings, hosts, login));
}

/** Where the database is, whatever variable the application reads it from; undefined without one. */
export function databaseUrl(settings: Settings, hosts: Hosts, login: Login): string | undefined {
  return settings.database === false ? undefined : databaseParts(settings, hosts, login).url;
}

function databaseParts(
  { database, secrets }: Settings,
  { prefix, database: name }: Hosts,
  login: Login,
): Record<string, string> {
  if (isOwn(database)) return connection(login, { host: `${prefix}-postgres`, port: 5432, name });
  return database === false ? {} : parts(secrets[database.external.url] ?? "");
}

function redisVariables(
  { redis, rotation, secrets }: Settings,
  { prefix }: Hosts,
  passwords: Passwords,
): Record<string, string> {
  return Object.assign(
    {},
    ...Object.entries(redis).map(([name, one]) => {
      const host = `${prefix}-${name}`;
      const values =
        "external" in one
          ? parts(secrets[one.external.url] ?? "")
          : redisConnection(host, redisPassword(host, passwords, rotation.redis));
      return fillAll(one.variables, values);
    }),
  ) as Record<string, string>;
}

function parts(url: string): Record<string, string> {
  const { hostname, port, pathname, username, password } = new URL(url);
  return {
    url,
    host: hostname,
    port,
    name: pathname.slice(1),
    user: decodeURIComponent(username),
    password: decodeURIComponent(password),
  };
}
