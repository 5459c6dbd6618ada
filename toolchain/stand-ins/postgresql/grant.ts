import type { GrantArgs } from "@pulumi/postgresql";
import type { Unwrap } from "@pulumi/pulumi";

import type { Problem } from "../server/plugin";
import { type GrantObject, objectsOf, targetOf } from "./grant-objects";
import { databaseNames, onlyOne, roleNames, schemaNames, splitId } from "./ids";
import type { Kind } from "./managed";
import { aclLetter, type ObjectType, privilegeList, privilegeProblems, spelledAs } from "./privileges";
import { grantee, isPublic } from "./quote";
import { asMemberOf, type Server, type Sql } from "./server";

type Grant = Unwrap<GrantArgs>;

const types: ObjectType[] = ["database", "schema", "table", "sequence", "function", "procedure", "routine"];

export const grant: Kind<Grant> = {
  attributes: {
    role: { type: "text", required: true, replaces: true },
    database: { type: "text", required: true, replaces: true },
    schema: { type: "text", empty: "", replaces: true },
    objectType: { type: "text", required: true, replaces: true },
    objects: { type: "texts", empty: [], set: true, replaces: true },
    privileges: { type: "texts", required: true, set: true },
    withGrantOption: { type: "flag", default: false, replaces: true },
    columns: {
      type: "texts",
      refused:
        "this stand-in for the postgresql plugin grants on whole tables only. Install the official plugin for columns.",
    },
  },

  problems: grantProblems,

  id(_server, { role, database, schema, objectType, objects }) {
    const place = objectType === "database" ? [role, database] : [role, database, schema];
    return [...place, objectType, ...[...(objects ?? [])].sort()].join("_");
  },

  create: (server, wanted) => server.change(wanted.database, (sql) => apply(sql, wanted)),

  async read(server, known) {
    if (!(await grantExists(server, known))) return undefined;
    const { privileges, grantable } = await actual(server, known);
    return { ...known, privileges, withGrantOption: grantable ?? known.withGrantOption ?? false };
  },

  find: findGrant,

  update: (server, _was, wanted) => server.change(wanted.database, (sql) => apply(sql, wanted)),

  async delete(server, was) {
    if (!(await grantExists(server, was))) return;
    await server.change(was.database, async (sql) => {
      const objects = await objectsOf(sql, was);
      await asMemberOf(sql, ownersOf(objects), () => revoke(sql, was, objects));
    });
  },
};

function grantProblems({ objectType, objects, schema, privileges, role, withGrantOption }: Grant): Problem[] {
  const type = objectType as ObjectType;
  if (!types.includes(type)) {
    const reason = `this stand-in for the postgresql plugin knows ${types.join(", ")}; for more install the official plugin`;
    return [{ property: "objectType", reason }];
  }
  const problems = privilegeProblems(type, privileges);
  const whole = type === "database" || type === "schema";
  if (whole && objects?.length)
    problems.push({ property: "objects", reason: `a ${type} is granted on as a whole; leave it out` });
  if (type !== "database" && !schema) problems.push({ property: "schema", reason: `it is required for a ${type}` });
  if (withGrantOption && isPublic(role)) {
    problems.push({ property: "withGrantOption", reason: "PostgreSQL gives no grant option to public" });
  }
  return problems;
}

/** Revokes first, in the same transaction, so that what is no longer listed goes. */
async function apply(sql: Sql, wanted: Grant): Promise<void> {
  const objects = await objectsOf(sql, wanted);
  await asMemberOf(sql, ownersOf(objects), async () => {
    await revoke(sql, wanted, objects);
    const target = targetOf(wanted, objects);
    if (wanted.privileges.length === 0 || target === undefined) return;
    const what = privilegeList(wanted.objectType as ObjectType, wanted.privileges);
    const option = wanted.withGrantOption ? " WITH GRANT OPTION" : "";
    await sql(`GRANT ${what} ON ${target} TO ${grantee(wanted.role)}${option}`);
  });
}

async function revoke(sql: Sql, was: Grant, objects: GrantObject[]): Promise<void> {
  const target = targetOf(was, objects);
  if (target !== undefined) await sql(`REVOKE ALL PRIVILEGES ON ${target} FROM ${grantee(was.role)}`);
}

/** What all the objects agree on; where one of them differs from what is known, that one's privileges. */
async function actual(server: Server, known: Grant): Promise<{ privileges: string[]; grantable: boolean | undefined }> {
  const sql: Sql = (text, values) => server.read(known.database, text, values);
  const objects = await objectsOf(sql, known);
  if (objects.length === 0) return { privileges: known.privileges ?? [], grantable: undefined };
  const [{ all } = { all: [] }] = await sql<{ all: string[] }>(
    `SELECT array_agg(privilege_type) AS all FROM aclexplode(acldefault($1::"char", 10))`,
    [aclLetter[known.objectType as ObjectType]],
  );
  const spelled = objects.map((one) => ({ ...one, privileges: spelledAs(known.privileges, one.privileges, all) }));
  const { privileges, grantable } = spelled.find((one) => one.privileges !== known.privileges) ?? spelled[0]!;
  return { privileges, grantable: privileges.length === 0 ? undefined : grantable };
}

async function grantExists(server: Server, { role, database, schema, objectType }: Grant): Promise<boolean> {
  const [found] = await server.read<{ role: boolean; database: boolean }>(
    server.home,
    `SELECT $3 OR EXISTS (SELECT FROM pg_roles WHERE rolname = $1) AS role,
       EXISTS (SELECT FROM pg_database WHERE datname = $2) AS database`,
    [role, database, isPublic(role)],
  );
  if (!found!.role || !found!.database) return false;
  return objectType === "database" || (await schemaNames(server, database)).includes(schema!);
}

async function findGrant(server: Server, id: string): Promise<Grant | undefined> {
  const roles = ["public", ...(await roleNames(server))];
  const found: Grant[] = [];
  for (const [role, database, rest] of splitId(id, roles, await databaseNames(server)) as [string, string, string][]) {
    const base = { role, database, privileges: undefined as unknown as string[], withGrantOption: false };
    if (rest === "database") found.push({ ...base, objectType: rest });
    else {
      const schemas = await schemaNames(server, database);
      for (const [schema, type, object] of splitId(`${rest}_`, schemas, types.slice(1)) as [string, string, string][]) {
        const objects = object === "" ? [] : [object.slice(0, -1)];
        found.push({ ...base, schema, objectType: type, objects });
      }
    }
  }
  return onlyOne(id, found);
}

function ownersOf(objects: GrantObject[]): string[] {
  return [...new Set(objects.map(({ owner }) => owner))];
}
