import { Client } from "pg";
import { accessPort } from "../../components/data/access-port";
import { loginsOf } from "../../components/data/logins";
import { Passwords } from "../../components/data/passwords";
import type { Stack } from "./stack";

/** A connection to the stack's own database, as Tidemark's superuser. */
export interface Connection {
  query<T extends object>(query: string, values?: unknown[]): Promise<T[]>;
  end(): Promise<void>;
}

/** @param name what the database calls it */
export async function connected(stack: Stack, name = "test"): Promise<Connection> {
  const { superuser } = loginsOf("shop", new Passwords(stack.key, stack.prefix));
  const client = new Client({
    host: "127.0.0.1",
    port: accessPort(stack.prefix),
    user: superuser.user,
    password: superuser.password,
    database: "shop",
    application_name: name,
  });
  await client.connect();
  return {
    query: async <T extends object>(query: string, values: unknown[] = []) =>
      (await client.query<T>(query, values)).rows,
    end: () => client.end(),
  };
}

/** Asks the stack's own database, as Tidemark's superuser. */
export async function rows<T extends object>(stack: Stack, query: string, values: unknown[] = []): Promise<T[]> {
  const connection = await connected(stack);
  try {
    return await connection.query<T>(query, values);
  } finally {
    await connection.end();
  }
}

/** Those keys that are not there exactly once, each with how often it is. */
export async function notThereOnce(
  stack: Stack,
  keys: readonly string[],
  table = "orders_order",
): Promise<{ key: string; rows: number }[]> {
  return rows(
    stack,
    `SELECT key, count(its.key)::int AS rows FROM unnest($1::text[]) AS key LEFT JOIN ${table} AS its USING (key)
     GROUP BY key HAVING count(its.key) <> 1 ORDER BY key`,
    [keys],
  );
}
