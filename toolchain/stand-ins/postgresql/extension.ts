import type { ExtensionArgs } from "@pulumi/postgresql";
import type { Unwrap } from "@pulumi/pulumi";

import { dottedId } from "./ids";
import type { Kind } from "./managed";
import { ident } from "./quote";
import { asMemberOf, databaseOwner, type Server } from "./server";

type Extension = Unwrap<ExtensionArgs>;

export const extension: Kind<Extension> = {
  attributes: {
    name: { type: "text", replaces: true },
    database: { type: "text", computed: true, replaces: true },
    schema: { type: "text", computed: true },
    version: { type: "text", computed: true },
    createCascade: { type: "flag", default: false },
    dropCascade: { type: "flag", default: false },
  },

  id: (server, wanted) => `${databaseOf(server, wanted)}.${wanted.name}`,

  async create(server, wanted) {
    const options = [
      wanted.schema && ` SCHEMA ${ident(wanted.schema)}`,
      wanted.version && ` VERSION ${ident(wanted.version)}`,
      wanted.createCascade && " CASCADE",
    ].filter((option) => typeof option === "string");
    await server.change(databaseOf(server, wanted), async (sql) => {
      await asMemberOf(sql, [await databaseOwner(sql)], async () => {
        await sql(`CREATE EXTENSION IF NOT EXISTS ${ident(wanted.name!)}${options.join("")}`);
      });
    });
  },

  async read(server, known) {
    const database = databaseOf(server, known);
    const [found] = await server.read<{ schema: string; version: string }>(
      database,
      `SELECT nspname AS schema, extversion AS version
       FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace WHERE extname = $1`,
      [known.name],
    );
    return found && { name: known.name, database, ...found };
  },

  async find(server, id) {
    const parts = await dottedId(server, id);
    return parts && { database: parts.database, name: parts.name };
  },

  async update(server, was, wanted) {
    const name = ident(wanted.name!);
    await server.change(databaseOf(server, was), async (sql) => {
      if (wanted.schema && wanted.schema !== was.schema) {
        await sql(`ALTER EXTENSION ${name} SET SCHEMA ${ident(wanted.schema)}`);
      }
      if (wanted.version && wanted.version !== was.version) {
        await sql(`ALTER EXTENSION ${name} UPDATE TO ${ident(wanted.version)}`);
      }
    });
  },

  async delete(server, was) {
    await server.change(databaseOf(server, was), async (sql) => {
      await sql(`DROP EXTENSION IF EXISTS ${ident(was.name!)} ${was.dropCascade ? "CASCADE" : "RESTRICT"}`);
    });
  },
};

function databaseOf(server: Server, { database }: Extension): string {
  return database || server.home;
}
