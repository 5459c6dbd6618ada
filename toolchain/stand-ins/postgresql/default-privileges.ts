import type { DefaultPrivilegesArgs } from "@pulumi/postgresql";
import type { Unwrap } from "@pulumi/pulumi";

import { databaseNames, onlyOne, roleNames, schemaNames, splitId } from "./ids";
import type { Kind } from "./managed";
import { aclLetter, type ObjectType, privilegeList, privilegeProblems, spelledAs } from "./privileges";
import { grantee, ident, isPublic } from "./quote";
import { asMemberOf, type Sql } from "./server";

type DefaultPrivileges = Unwrap<DefaultPrivilegesArgs>;

const types: ObjectType[] = ["table", "sequence", "function", "routine", "type", "schema"];

export const defaultPrivileges: Kind<DefaultPrivileges> = {
  attributes: {
    role: { type: "text", required: true, replaces: true },
    database: { type: "text", required: true, replaces: true },
    owner: { type: "text", required: true, replaces: true },
    schema: { type: "text", empty: "", replaces: true },
    objectType: { type: "text", required: true, replaces: true },
    privileges: { type: "texts", required: true, set: true },
    withGrantOption: { type: "flag", default: false, replaces: true },
  },

  problems({ objectType, schema, privileges, role, withGrantOption }) {
    const type = objectType as ObjectType;
    if (!types.includes(type)) return [{ property: "objectType", reason: `it must be one of ${types.join(", ")}` }];
    const problems = privilegeProblems(type, privileges);
    if (type === "schema" && schema)
      problems.push({ property: "schema", reason: "schemas lie in no schema; leave it out" });
    if (withGrantOption && isPublic(role)) {
      problems.push({ property: "withGrantOption", reason: "PostgreSQL gives no grant option to public" });
    }
    return problems;
  },

  id: (_server, { role, database, schema, owner, objectType }) =>
    [role, database, schema || "noschema", owner, objectType].join("_"),

  create: (server, wanted) => server.change(wanted.database, (sql) => apply(sql, wanted)),

  async read(server, known) {
    const type = known.objectType as ObjectType;
    const [found] = await server.read<{
      privileges: string[];
      grantable: boolean | null;
      all: string[];
      there: boolean;
    }>(
      known.database,
      `WITH who AS (SELECT CASE WHEN $1 THEN 0::oid ELSE (SELECT oid FROM pg_roles WHERE rolname = $2) END AS grantee,
           (SELECT oid FROM pg_roles WHERE rolname = $3) AS owner,
           CASE WHEN $4 = '' THEN 0::oid ELSE (SELECT oid FROM pg_namespace WHERE nspname = $4) END AS place),
         given AS (SELECT privilege_type, is_grantable FROM who, aclexplode(coalesce(
           (SELECT defaclacl FROM pg_default_acl WHERE defaclrole = who.owner AND defaclnamespace = who.place
             AND defaclobjtype::text = $5),
           CASE WHEN $4 = '' THEN acldefault($6::"char", who.owner) END)) AS acl WHERE acl.grantee = who.grantee)
       SELECT ARRAY(SELECT privilege_type FROM given ORDER BY 1) AS privileges,
         (SELECT bool_and(is_grantable) FROM given) AS grantable,
         ARRAY(SELECT privilege_type FROM aclexplode(acldefault($6::"char", 10))) AS all,
         grantee IS NOT NULL AND owner IS NOT NULL AND place IS NOT NULL AS there FROM who`,
      [isPublic(known.role), known.role, known.owner, known.schema ?? "", objectLetter(type), aclLetter[type]],
    );
    const { privileges, grantable, all, there } = found!;
    if (!there || (privileges.length === 0 && known.privileges?.length !== 0)) return undefined;
    return {
      ...known,
      privileges: spelledAs(known.privileges, privileges, all),
      withGrantOption: grantable ?? known.withGrantOption ?? false,
    };
  },

  async find(server, id) {
    const roles = await roleNames(server);
    const found: DefaultPrivileges[] = [];
    for (const [role, database, rest] of splitId(id, ["public", ...roles], await databaseNames(server))) {
      const schemas = ["noschema", ...(await schemaNames(server, database!))];
      for (const [schema, owner, type] of splitId(rest!, schemas, roles)) {
        if (!types.includes(type as ObjectType)) continue;
        const place = schema === "noschema" ? {} : { schema };
        const unread = { privileges: undefined as unknown as string[] };
        found.push({ role: role!, database: database!, ...place, owner: owner!, objectType: type!, ...unread });
      }
    }
    return onlyOne(id, found);
  },

  update: (server, _was, wanted) => server.change(wanted.database, (sql) => apply(sql, wanted)),

  async delete(server, was) {
    const names = [was.owner, ...(isPublic(was.role) ? [] : [was.role])];
    const roles = await roleNames(server);
    if (!names.every((name) => roles.includes(name))) return;
    if (was.schema && !(await schemaNames(server, was.database)).includes(was.schema)) return;
    await server.change(was.database, (sql) => asMemberOf(sql, [was.owner], () => revoke(sql, was)));
  },
};

/** Revokes first, in the same transaction, so that what is no longer listed goes. */
async function apply(sql: Sql, wanted: DefaultPrivileges): Promise<void> {
  await asMemberOf(sql, [wanted.owner], async () => {
    await revoke(sql, wanted);
    if (wanted.privileges.length === 0) return;
    const what = privilegeList(wanted.objectType as ObjectType, wanted.privileges);
    const option = wanted.withGrantOption ? " WITH GRANT OPTION" : "";
    await sql(`${alter(wanted)} GRANT ${what} ON ${keyword(wanted)} TO ${grantee(wanted.role)}${option}`);
  });
}

async function revoke(sql: Sql, was: DefaultPrivileges): Promise<void> {
  await sql(`${alter(was)} REVOKE ALL ON ${keyword(was)} FROM ${grantee(was.role)}`);
}

function alter({ owner, schema }: DefaultPrivileges): string {
  return `ALTER DEFAULT PRIVILEGES FOR ROLE ${ident(owner)}${schema ? ` IN SCHEMA ${ident(schema)}` : ""}`;
}

function keyword({ objectType }: DefaultPrivileges): string {
  return `${(objectType as ObjectType).toUpperCase()}S`;
}

/** In pg_default_acl a sequence is S, elsewhere s. */
function objectLetter(type: ObjectType): string {
  return type === "sequence" ? "S" : aclLetter[type];
}
