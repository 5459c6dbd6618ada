import { escapeIdentifier, escapeLiteral } from "pg";

/** A name as SQL wants it: `my "db"` becomes `"my ""db"""`. */
export function ident(name: string): string {
  return escapeIdentifier(name);
}

/** A name inside a schema. */
export function qualified(schema: string, name: string): string {
  return `${ident(schema)}.${ident(name)}`;
}

/** A text as SQL wants it, for the statements that take no parameters. */
export function literal(text: string): string {
  return escapeLiteral(text);
}

/** Who is granted something: a role, or everybody. */
export function grantee(role: string): string {
  return isPublic(role) ? "PUBLIC" : ident(role);
}

/** PostgreSQL has no role of that name: it means everybody. */
export function isPublic(role: string): boolean {
  return role.toLowerCase() === "public";
}
