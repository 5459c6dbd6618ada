import type { RoleArgs } from "@pulumi/postgresql";
import type { Unwrap } from "@pulumi/pulumi";

import type { Kind } from "./managed";
import { ident, literal } from "./quote";
import { scramVerifier } from "./scram";
import { asMemberOf, type Sql } from "./server";

type Role = Unwrap<RoleArgs>;

const unsupported =
  "this stand-in for the postgresql plugin does not do it; give `password`, which is kept as a secret";

export const role: Kind<Role> = {
  attributes: {
    name: { type: "text" },
    password: { type: "text" },
    login: { type: "flag", default: false },
    superuser: { type: "flag", default: false },
    createDatabase: { type: "flag", default: false },
    createRole: { type: "flag", default: false },
    inherit: { type: "flag", default: true },
    replication: { type: "flag", default: false },
    bypassRowLevelSecurity: { type: "flag", default: false },
    connectionLimit: { type: "number", default: -1 },
    validUntil: { type: "text", default: "infinity" },
    encryptedPassword: { type: "flag", default: true },
    roles: { type: "texts", empty: [], set: true },
    searchPaths: { type: "texts", empty: [] },
    assumeRole: { type: "text", empty: "" },
    statementTimeout: { type: "number", empty: 0 },
    idleInTransactionSessionTimeout: { type: "number", empty: 0 },
    skipDropRole: { type: "flag", default: false },
    skipReassignOwned: { type: "flag", default: false },
    encrypted: { type: "text", refused: "it is deprecated; every password is stored encrypted" },
    passwordWo: { type: "text", refused: unsupported },
    passwordWoVersion: { type: "text", refused: unsupported },
  },

  id: (_server, { name }) => name!,

  async create(server, wanted) {
    await server.change(server.home, async (sql) => {
      await sql(`CREATE ROLE ${ident(wanted.name!)}`);
      await shape(sql, {}, wanted);
    });
  },

  async read(server, { name, validUntil }) {
    const [found] = await server.read<Omit<Role, "searchPaths"> & { settings: string[] }>(
      server.home,
      `SELECT rolname AS "name", rolcanlogin AS "login", rolsuper AS "superuser", rolcreatedb AS "createDatabase",
         rolcreaterole AS "createRole", rolinherit AS "inherit", rolreplication AS "replication",
         rolbypassrls AS "bypassRowLevelSecurity", rolconnlimit AS "connectionLimit",
         CASE WHEN coalesce(rolvaliduntil, 'infinity') = $2::text::timestamptz THEN $2::text
              ELSE coalesce(rolvaliduntil::text, 'infinity') END AS "validUntil",
         ARRAY(SELECT pg_get_userbyid(roleid)::text FROM pg_auth_members WHERE member = r.oid ORDER BY 1) AS "roles",
         coalesce(rolconfig, '{}') AS "settings"
       FROM pg_roles r WHERE rolname = $1`,
      [name, validUntil || "infinity"],
    );
    if (!found) return undefined;
    const { settings, ...attributes } = found;
    const setting = (key: string): string | undefined =>
      settings.find((one) => one.startsWith(`${key}=`))?.slice(key.length + 1);
    return {
      ...attributes,
      searchPaths: identifiersIn(setting("search_path") ?? ""),
      assumeRole: setting("role") ?? "",
      statementTimeout: Number(setting("statement_timeout") ?? 0),
      idleInTransactionSessionTimeout: Number(setting("idle_in_transaction_session_timeout") ?? 0),
    };
  },

  find: async (_server, id) => ({ name: id }),

  async update(server, was, wanted) {
    await server.change(server.home, async (sql) => {
      if (was.name !== wanted.name) await sql(`ALTER ROLE ${ident(was.name!)} RENAME TO ${ident(wanted.name!)}`);
      await shape(sql, was, wanted);
    });
  },

  async delete(server, was) {
    const name = ident(was.name!);
    await server.change(server.home, async (sql) => {
      const [found] = await sql("SELECT 1 FROM pg_roles WHERE rolname = $1", [was.name]);
      if (!found) return;
      if (!was.skipReassignOwned) {
        await asMemberOf(sql, [was.name!], async () => {
          await sql(`REASSIGN OWNED BY ${name} TO CURRENT_USER`);
          await sql(`DROP OWNED BY ${name}`);
        });
      }
      if (!was.skipDropRole) await sql(`DROP ROLE ${name}`);
    });
  },
};

const flags = {
  login: "LOGIN",
  superuser: "SUPERUSER",
  createDatabase: "CREATEDB",
  createRole: "CREATEROLE",
  inherit: "INHERIT",
  replication: "REPLICATION",
  bypassRowLevelSecurity: "BYPASSRLS",
} as const;

/** Only what differs is said: a user who is no superuser may not even mention some of it. */
async function shape(sql: Sql, was: Role, wanted: Role): Promise<void> {
  const name = ident(wanted.name!);
  const options = optionsOf(was, wanted);
  if (options.length > 0) await sql(`ALTER ROLE ${name} WITH ${options.join(" ")}`);

  const [before, after] = [was.roles ?? [], wanted.roles ?? []];
  for (const one of before.filter((each) => !after.includes(each))) await sql(`REVOKE ${ident(one)} FROM ${name}`);
  for (const one of after.filter((each) => !before.includes(each))) await sql(`GRANT ${ident(one)} TO ${name}`);

  const paths = (one: Role): string => (one.searchPaths ?? []).map(ident).join(", ");
  const assumed = (one: Role): string => (one.assumeRole ? literal(one.assumeRole) : "");
  const settings = [
    ["search_path", paths(was), paths(wanted)],
    ["role", assumed(was), assumed(wanted)],
    ["statement_timeout", was.statementTimeout ?? 0, wanted.statementTimeout ?? 0],
    [
      "idle_in_transaction_session_timeout",
      was.idleInTransactionSessionTimeout ?? 0,
      wanted.idleInTransactionSessionTimeout ?? 0,
    ],
  ] as const;
  for (const [setting, old, now] of settings) {
    if (old !== now) await sql(`ALTER ROLE ${name} ${now ? `SET ${setting} TO ${now}` : `RESET ${setting}`}`);
  }
}

function optionsOf(was: Role, wanted: Role): string[] {
  const options = Object.entries(flags).flatMap(([property, keyword]) => {
    const flag = property as keyof typeof flags;
    const usual = flag === "inherit";
    const now = wanted[flag] ?? usual;
    return now === (was[flag] ?? usual) ? [] : [now ? keyword : `NO${keyword}`];
  });
  const limit = wanted.connectionLimit ?? -1;
  if (limit !== (was.connectionLimit ?? -1)) options.push(`CONNECTION LIMIT ${Math.trunc(limit)}`);
  const until = wanted.validUntil || "infinity";
  if (until !== (was.validUntil || "infinity")) options.push(`VALID UNTIL ${literal(until)}`);
  if (wanted.password !== was.password) options.push(`PASSWORD ${passwordOption(wanted.password)}`);
  return options;
}

function passwordOption(password: string | undefined): string {
  return !password || password.toUpperCase() === "NULL" ? "NULL" : literal(scramVerifier(password));
}

function identifiersIn(list: string): string[] {
  return [...list.matchAll(/"((?:[^"]|"")*)"|([^,\s]+)/g)].map(
    ([, quoted, bare]) => quoted?.replaceAll('""', '"') ?? bare!,
  );
}
