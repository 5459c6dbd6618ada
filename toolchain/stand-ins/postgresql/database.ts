import type { DatabaseArgs } from "@pulumi/postgresql";
import type { Unwrap } from "@pulumi/pulumi";

import type { Kind } from "./managed";
import { ident, literal } from "./quote";
import { asMemberOf, type Server, type Sql } from "./server";

type Database = Unwrap<DatabaseArgs>;

export const database: Kind<Database> = {
  attributes: {
    name: { type: "text" },
    owner: { type: "text", computed: true },
    template: { type: "text", computed: true, replaces: true },
    encoding: { type: "text", computed: true, replaces: true },
    lcCollate: { type: "text", computed: true, replaces: true },
    lcCtype: { type: "text", computed: true, replaces: true },
    tablespaceName: { type: "text", computed: true },
    connectionLimit: { type: "number", default: -1 },
    allowConnections: { type: "flag", default: true },
    isTemplate: { type: "flag", computed: true },
    alterObjectOwnership: { type: "flag", default: false },
  },

  id: (_server, { name }) => name!,

  async create(server, wanted) {
    const owner = chosen(wanted.owner);
    const options = [
      owner && `OWNER ${ident(owner)}`,
      `TEMPLATE ${ident(chosen(wanted.template) ?? "template0")}`,
      isDefault(wanted.encoding) ? undefined : `ENCODING ${literal(wanted.encoding || "UTF8")}`,
      chosen(wanted.lcCollate) && `LC_COLLATE ${literal(wanted.lcCollate!)}`,
      chosen(wanted.lcCtype) && `LC_CTYPE ${literal(wanted.lcCtype!)}`,
      chosen(wanted.tablespaceName) && `TABLESPACE ${ident(wanted.tablespaceName!)}`,
      `CONNECTION LIMIT ${Math.trunc(wanted.connectionLimit ?? -1)}`,
      `ALLOW_CONNECTIONS ${wanted.allowConnections ?? true}`,
      `IS_TEMPLATE ${wanted.isTemplate ?? false}`,
    ].filter((option) => option !== undefined);
    await server.alone(server.home, async (sql) => {
      await asMemberOf(sql, owner ? [owner] : [], async () => {
        await sql(`CREATE DATABASE ${ident(wanted.name!)} ${options.join(" ")}`);
      });
    });
  },

  async read(server, { name, template }) {
    const [found] = await server.read<Database>(
      server.home,
      `SELECT datname AS "name", pg_get_userbyid(datdba)::text AS "owner", pg_encoding_to_char(encoding) AS "encoding",
         datcollate AS "lcCollate", datctype AS "lcCtype", spcname AS "tablespaceName",
         datconnlimit AS "connectionLimit", datallowconn AS "allowConnections", datistemplate AS "isTemplate"
       FROM pg_database d JOIN pg_tablespace t ON t.oid = d.dattablespace WHERE datname = $1`,
      [name],
    );
    return found && { ...found, template: template || "template0" };
  },

  find: async (_server, id) => ({ name: id }),

  async update(server, was, wanted) {
    const name = ident(wanted.name!);
    if (was.name !== wanted.name) {
      await server.letGo(was.name!);
      await server.alone(
        server.home,
        async (sql) => void (await sql(`ALTER DATABASE ${ident(was.name!)} RENAME TO ${name}`)),
      );
    }
    await server.alone(server.home, async (sql) => {
      await setOwner(sql, was, wanted);
      const tablespace = chosen(wanted.tablespaceName);
      if (tablespace && tablespace !== was.tablespaceName) {
        await server.letGo(wanted.name!);
        await sql(`ALTER DATABASE ${name} SET TABLESPACE ${ident(tablespace)}`);
      }
      const options = [
        wanted.connectionLimit !== was.connectionLimit &&
          `CONNECTION LIMIT ${Math.trunc(wanted.connectionLimit ?? -1)}`,
        wanted.allowConnections !== was.allowConnections && `ALLOW_CONNECTIONS ${wanted.allowConnections ?? true}`,
        wanted.isTemplate !== undefined && wanted.isTemplate !== was.isTemplate && `IS_TEMPLATE ${wanted.isTemplate}`,
      ].filter((option) => option !== false);
      if (options.length > 0) await sql(`ALTER DATABASE ${name} WITH ${options.join(" ")}`);
    });
    await reassign(server, was, wanted);
  },

  async delete(server, was) {
    await server.letGo(was.name!);
    await server.alone(server.home, async (sql) => {
      const [found] = await sql<{ owner: string; template: boolean }>(
        `SELECT pg_get_userbyid(datdba)::text AS owner, datistemplate AS template FROM pg_database WHERE datname = $1`,
        [was.name],
      );
      if (!found) return;
      await asMemberOf(sql, [found.owner], async () => {
        if (found.template) await sql(`ALTER DATABASE ${ident(was.name!)} IS_TEMPLATE false`);
        await sql(`DROP DATABASE ${ident(was.name!)} WITH (FORCE)`);
      });
    });
  },
};

async function setOwner(sql: Sql, was: Database, wanted: Database): Promise<void> {
  const owner = chosen(wanted.owner);
  if (!owner || owner === was.owner) return;
  await asMemberOf(sql, [was.owner!, owner], async () => {
    await sql(`ALTER DATABASE ${ident(wanted.name!)} OWNER TO ${ident(owner)}`);
  });
}

async function reassign(server: Server, was: Database, wanted: Database): Promise<void> {
  const owner = chosen(wanted.owner);
  if (!wanted.alterObjectOwnership || !owner || !was.owner || owner === was.owner) return;
  await server.change(wanted.name!, async (sql) => {
    await asMemberOf(sql, [was.owner!, owner], async () => {
      await sql(`REASSIGN OWNED BY ${ident(was.owner!)} TO ${ident(owner)}`);
    });
  });
}

function isDefault(value: string | undefined): boolean {
  return value?.toUpperCase() === "DEFAULT";
}

/** What the program decided itself, and did not leave to the server. */
function chosen(value: string | undefined): string | undefined {
  return value && !isDefault(value) ? value : undefined;
}
