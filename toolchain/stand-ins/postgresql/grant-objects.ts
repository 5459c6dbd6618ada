import type { GrantArgs } from "@pulumi/postgresql";
import type { Unwrap } from "@pulumi/pulumi";

import { PluginError } from "../server/plugin";
import { ident, isPublic } from "./quote";
import type { Sql } from "./server";

type Grant = Pick<Unwrap<GrantArgs>, "role" | "database" | "schema" | "objectType" | "objects">;

/** One thing that a grant is about. */
export interface GrantObject {
  /** As it is written in a statement: quoted by the server. */
  target: string;
  owner: string;
  /** What the role has on it, by itself and not through another role. */
  privileges: string[];
  grantable: boolean;
}

const relations = { table: "rvmfp", sequence: "S" };
const routines = { function: "faw", procedure: "p", routine: "fawp" };

/** The objects that a grant covers now; none where its schema is empty. */
export async function objectsOf(sql: Sql, grant: Grant): Promise<GrantObject[]> {
  const { role, schema, objects } = grant;
  const { source, values } = sourceOf(grant);
  const named = objects?.length ? objects : undefined;
  const found = await sql<GrantObject & { name: string; signature: string }>(
    `SELECT name, signature, target, pg_get_userbyid(owner)::text AS owner,
       ARRAY(SELECT privilege_type FROM aclexplode(acl) WHERE grantee = who.oid ORDER BY 1) AS privileges,
       coalesce((SELECT bool_and(is_grantable) FROM aclexplode(acl) WHERE grantee = who.oid), false) AS grantable
     FROM (${source}) AS thing,
       (SELECT CASE WHEN $1 THEN 0::oid ELSE (SELECT oid FROM pg_roles WHERE rolname = $2) END AS oid) AS who
     WHERE $3::text[] IS NULL OR name = ANY ($3) OR signature = ANY ($3) ORDER BY target`,
    [isPublic(role), role, named, ...values],
  );
  const missing = named?.filter((one) => !found.some(({ name, signature }) => one === name || one === signature)) ?? [];
  if (missing.length > 0) throw new PluginError(`${grant.objectType} ${missing.join(", ")}: not in schema ${schema}`);
  return found;
}

/** The object of a GRANT or REVOKE; undefined where there is nothing to grant on. */
export function targetOf({ objectType, schema, objects, database }: Grant, found: GrantObject[]): string | undefined {
  if (objectType === "database") return `DATABASE ${ident(database)}`;
  if (objectType === "schema") return `SCHEMA ${ident(schema!)}`;
  const keyword = objectType.toUpperCase();
  if (!objects?.length) return `ALL ${keyword}S IN SCHEMA ${ident(schema!)}`;
  return found.length === 0 ? undefined : `${keyword} ${found.map(({ target }) => target).join(", ")}`;
}

function sourceOf({ objectType, schema, database }: Grant): { source: string; values: unknown[] } {
  if (objectType === "database") {
    return {
      source: `SELECT datname::text AS name, datname::text AS signature, quote_ident(datname) AS target, datdba AS owner,
        coalesce(datacl, acldefault('d', datdba)) AS acl FROM pg_database WHERE datname = $4`,
      values: [database],
    };
  }
  if (objectType === "schema") {
    return {
      source: `SELECT nspname::text AS name, nspname::text AS signature, quote_ident(nspname) AS target, nspowner AS owner,
        coalesce(nspacl, acldefault('n', nspowner)) AS acl FROM pg_namespace WHERE nspname = $4`,
      values: [schema],
    };
  }
  if (objectType in relations) {
    return {
      source: `SELECT relname::text AS name, relname::text AS signature, format('%I.%I', nspname, relname) AS target, relowner AS owner,
        coalesce(relacl, acldefault(CASE relkind WHEN 'S' THEN 's'::"char" ELSE 'r' END, relowner)) AS acl
        FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
        WHERE nspname = $4 AND relkind::text = ANY (string_to_array($5, NULL))`,
      values: [schema, relations[objectType as keyof typeof relations]],
    };
  }
  return {
    source: `SELECT proname::text AS name, format('%s(%s)', proname, pg_get_function_identity_arguments(p.oid)) AS signature,
      format('%I.%I(%s)', nspname, proname, pg_get_function_identity_arguments(p.oid)) AS target, proowner AS owner,
      coalesce(proacl, acldefault('f', proowner)) AS acl
      FROM pg_proc p JOIN pg_namespace n ON n.oid = pronamespace
      WHERE nspname = $4 AND prokind::text = ANY (string_to_array($5, NULL))`,
    values: [schema, routines[objectType as keyof typeof routines]],
  };
}
