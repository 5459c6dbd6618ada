import type { SchemaArgs } from "@pulumi/postgresql";
import type { Unwrap } from "@pulumi/pulumi";

import { PluginError } from "../server/plugin";
import { dottedId } from "./ids";
import type { Kind } from "./managed";
import { ident } from "./quote";
import { asMemberOf, databaseOwner, type Server, type Sql } from "./server";

type Schema = Unwrap<SchemaArgs>;

export const schema: Kind<Schema> = {
  attributes: {
    name: { type: "text" },
    database: { type: "text", computed: true, replaces: true },
    owner: { type: "text", computed: true },
    ifNotExists: { type: "flag", default: true },
    dropCascade: { type: "flag", default: false },
    policies: { type: "texts", refused: 'it is deprecated; use a Grant with objectType "schema"' },
  },

  id: (server, wanted) => `${databaseOf(server, wanted)}.${wanted.name}`,

  async create(server, wanted) {
    await server.change(databaseOf(server, wanted), async (sql) => {
      const owner = await ownerOf(sql, wanted.name!);
      if (owner !== undefined && wanted.ifNotExists === false) {
        throw new PluginError(`schema ${wanted.name} exists already; import it, or set ifNotExists: true`);
      }
      await asMemberOf(sql, [await databaseOwner(sql), ...(wanted.owner ? [wanted.owner] : [])], async () => {
        if (owner === undefined) await sql(`CREATE SCHEMA ${ident(wanted.name!)}`);
        if (wanted.owner) await sql(`ALTER SCHEMA ${ident(wanted.name!)} OWNER TO ${ident(wanted.owner)}`);
      });
    });
  },

  async read(server, known) {
    const database = databaseOf(server, known);
    const [found] = await server.read<{ owner: string }>(database, ownerQuery, [known.name]);
    return found && { name: known.name, database, owner: found.owner };
  },

  async find(server, id) {
    const parts = await dottedId(server, id);
    return parts && { database: parts.database, name: parts.name };
  },

  async update(server, was, wanted) {
    await server.change(databaseOf(server, was), async (sql) => {
      const owners = [was.owner, wanted.owner].filter((owner) => owner !== undefined && owner !== "");
      await asMemberOf(sql, owners as string[], async () => {
        if (was.name !== wanted.name) await sql(`ALTER SCHEMA ${ident(was.name!)} RENAME TO ${ident(wanted.name!)}`);
        if (wanted.owner && wanted.owner !== was.owner) {
          await sql(`ALTER SCHEMA ${ident(wanted.name!)} OWNER TO ${ident(wanted.owner)}`);
        }
      });
    });
  },

  async delete(server, was) {
    await server.change(databaseOf(server, was), async (sql) => {
      const owner = await ownerOf(sql, was.name!);
      if (owner === undefined) return;
      await asMemberOf(sql, [owner], async () => {
        await sql(`DROP SCHEMA ${ident(was.name!)} ${was.dropCascade ? "CASCADE" : "RESTRICT"}`);
      });
    });
  },
};

const ownerQuery = "SELECT pg_get_userbyid(nspowner)::text AS owner FROM pg_namespace WHERE nspname = $1";

async function ownerOf(sql: Sql, name: string): Promise<string | undefined> {
  return (await sql<{ owner: string }>(ownerQuery, [name]))[0]?.owner;
}

function databaseOf(server: Server, { database }: Schema): string {
  return database || server.home;
}
