import { type DatabaseError, Pool, type PoolClient } from "pg";

import { PluginError } from "../server/plugin";
import { type Config, poolConfig } from "./config";

/** One statement in one database. Values go in as parameters: $1, $2… */
export type Sql = <Row>(text: string, values?: unknown[]) => Promise<Row[]>;

/** The PostgreSQL server of one provider. Connects when first asked. */
export class Server {
  private readonly pools = new Map<string, Pool>();
  private lastWrite: Promise<unknown> = Promise.resolve();

  constructor(readonly config: Config) {}

  /** The database that the provider itself connects to. */
  get home(): string {
    return this.config.database;
  }

  /** Asks something. */
  async read<Row>(database: string, text: string, values: unknown[] = []): Promise<Row[]> {
    return this.connected(database, (sql) => sql<Row>(text, values));
  }

  /** Changes something, in one transaction: all of it or nothing. */
  async change(database: string, work: (sql: Sql) => Promise<void>): Promise<void> {
    await this.alone(database, async (sql) => {
      await sql("BEGIN");
      try {
        await work(sql);
        await sql("COMMIT");
      } catch (failure) {
        await sql("ROLLBACK");
        throw failure;
      }
    });
  }

  /**
   * For what cannot be in a transaction. One change at a time: PostgreSQL fails one of two grants on the same object
   * ("tuple concurrently updated").
   */
  async alone(database: string, work: (sql: Sql) => Promise<void>): Promise<void> {
    const mine = this.lastWrite.then(() => this.connected(database, work));
    this.lastWrite = mine.catch(() => undefined);
    await mine;
  }

  /** Gives up the connections to a database: one that is connected to cannot be dropped or renamed. */
  async letGo(database: string): Promise<void> {
    const pool = this.pools.get(database);
    this.pools.delete(database);
    await pool?.end();
  }

  private async connected<Result>(database: string, work: (sql: Sql) => Promise<Result>): Promise<Result> {
    const client = await this.connect(database);
    try {
      const result = await work(async <Row>(text: string, values: unknown[] = []) => {
        return (await client.query(text, values)).rows as Row[];
      });
      client.release();
      return result;
    } catch (failure) {
      client.release(!isDatabaseError(failure));
      throw this.explained(failure, database);
    }
  }

  private async connect(database: string): Promise<PoolClient> {
    try {
      return await this.pool(database).connect();
    } catch (failure) {
      throw this.explained(failure, database);
    }
  }

  private pool(database: string): Pool {
    const existing = this.pools.get(database);
    if (existing) return existing;
    const pool = new Pool(poolConfig(this.config, database));
    // An idle connection that the server closes is replaced when the next one is wanted.
    pool.on("error", () => undefined);
    this.pools.set(database, pool);
    return pool;
  }

  private explained(failure: unknown, database: string): Error {
    if (failure instanceof PluginError) return failure;
    if (isDatabaseError(failure) && !/^(28|3D|57P|53300)/.test(failure.code ?? "")) {
      const more = [failure.detail, failure.hint].filter((line) => line !== undefined);
      return new SqlError([`${failure.message} (SQLSTATE ${failure.code})`, ...more].join("\n"), failure.code);
    }
    const { host, port, username } = this.config;
    const server = `PostgreSQL at ${host}:${port}`;
    if (isDatabaseError(failure)) {
      return new SqlError(`${server}, database ${database}, user ${username}: ${failure.message}`, failure.code);
    }
    const reason = failure instanceof AggregateError ? failure.errors.map(String).join("; ") : messageOf(failure);
    return new PluginError(
      `${server} cannot be reached: ${reason}. Nothing is known of its roles and databases, so nothing was changed. ` +
        "Start it, or put the provider's host and port right.",
    );
  }
}

/** PostgreSQL said no. */
export class SqlError extends PluginError {
  constructor(
    message: string,
    /** SQLSTATE. */
    readonly code: string | undefined,
  ) {
    super(message);
  }
}

/** Lets a user who is no superuser act for these roles while `work` lasts. */
export async function asMemberOf(sql: Sql, roles: string[], work: () => Promise<void>): Promise<void> {
  const missing = await sql<{ grant: string; revoke: string }>(
    `SELECT format('GRANT %I TO %I', role, current_user) AS grant, format('REVOKE %I FROM %I', role, current_user) AS revoke
     FROM (SELECT DISTINCT unnest($1::text[]) AS role) AS wanted WHERE NOT pg_has_role(current_user, role, 'MEMBER')`,
    [roles],
  );
  for (const { grant } of missing) await sql(grant);
  try {
    await work();
  } catch (failure) {
    // In a transaction these fail as well, and its rollback does their work.
    for (const { revoke } of missing) await sql(revoke).catch(() => undefined);
    throw failure;
  }
  for (const { revoke } of missing) await sql(revoke);
}

/** Who owns the database that `sql` speaks to. */
export async function databaseOwner(sql: Sql): Promise<string> {
  const [found] = await sql<{ owner: string }>(
    "SELECT pg_get_userbyid(datdba)::text AS owner FROM pg_database WHERE datname = current_database()",
  );
  return found!.owner;
}

function isDatabaseError(failure: unknown): failure is DatabaseError {
  return failure instanceof Error && "severity" in failure;
}

function messageOf(failure: unknown): string {
  return failure instanceof Error ? failure.message || failure.name : String(failure);
}
