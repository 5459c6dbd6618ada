import { PluginError } from "../server/plugin";
import type { Server } from "./server";

/** Splits `database.name`. Names may hold dots themselves, so the databases that exist decide. */
export async function dottedId(server: Server, id: string): Promise<{ database: string; name: string } | undefined> {
  const databases = await databaseNames(server);
  const fitting = startsOf(databases, id, ".").map(([database, name]) => ({ database, name }));
  return onlyOne(id, fitting);
}

/**
 * Splits what the official plugin joins with underscores. Names may hold them too, so what exists decides:
 * each of `names` is a list of candidates, and the rest of the id is returned last.
 */
export function splitId(id: string, ...names: string[][]): string[][] {
  return names.reduce<string[][]>(
    (sofar, candidates) =>
      sofar.flatMap((parts) =>
        startsOf(candidates, parts.at(-1)!, "_").map(([found, rest]) => [...parts.slice(0, -1), found, rest]),
      ),
    [[id]],
  );
}

export function onlyOne<Found>(id: string, found: Found[]): Found | undefined {
  if (found.length > 1) {
    const meanings = found.map((one) => JSON.stringify(one)).join(" or ");
    throw new PluginError(
      `the id ${id} can mean ${meanings}; it cannot be imported, but creating it again is harmless`,
    );
  }
  return found[0];
}

export async function roleNames(server: Server): Promise<string[]> {
  return (await server.read<{ name: string }>(server.home, "SELECT rolname AS name FROM pg_roles")).map(
    ({ name }) => name,
  );
}

export async function databaseNames(server: Server): Promise<string[]> {
  return (await server.read<{ name: string }>(server.home, "SELECT datname AS name FROM pg_database")).map(
    ({ name }) => name,
  );
}

export async function schemaNames(server: Server, database: string): Promise<string[]> {
  return (await server.read<{ name: string }>(database, "SELECT nspname AS name FROM pg_namespace")).map(
    ({ name }) => name,
  );
}

function startsOf(candidates: string[], text: string, separator: string): [string, string][] {
  return candidates
    .filter((one) => text.startsWith(one + separator))
    .map((one) => [one, text.slice(one.length + separator.length)]);
}
