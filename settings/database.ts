import { z } from "zod";
import { latest, mark, time } from "./from";
import { size } from "./units";
import { environment, placement } from "./words";

const variables = environment.describe(
  "Environment made for the application: name to text, in which {url} {host} {port} {name} {user} {password} are filled in.",
);

const onAhead = z
  .enum(["refuse", "allow"])
  .default("refuse")
  .describe(
    "When the release that runs applied migrations which the new one does not know: refuse it; or let it run, without migrating.",
  );

const from = z
  .union([
    latest,
    time,
    mark,
    z.strictObject({
      backup: z
        .string()
        .describe("As it was when that backup ended; `tidemark backups` lists them.")
        .meta({ examples: ["20261127-020000F"] }),
    }),
  ])
  .optional()
  .describe(
    "What a raised generation is filled with, from the backups: `latest`, or `{ time: … }`, `{ mark: … }`, `{ backup: … }`. " +
      "Default: it begins empty. A generation that is there stays what it is.",
  );

const own = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z_][a-z0-9_]{0,62}$/, "is not a database's name")
    .optional()
    .describe("Default: the application's name."),
  generation: z.int().min(1).default(1).describe("Which volume is the live one; a restore raises it."),
  from,
  repository: z
    .enum(["volume", "s3"])
    .optional()
    .describe("Which of two repositories it is filled from. Default: the first that has it, the volume before s3."),
  extensions: z
    .array(z.string())
    .default([])
    .describe("Made in the database; each must be in the image of Tidemark's PostgreSQL.")
    .meta({ examples: [["pg_trgm", "pg_stat_statements"]] }),
  memory: size.default("512m").describe("Its limit; shared_buffers and the rest follow from it."),
  settings: environment.describe("Further lines for postgresql.conf."),
  accessPort: z
    .int()
    .min(1024)
    .max(65535)
    .optional()
    .describe("Loopback port through which Tidemark makes roles and grants. Default: made from the stack's name."),
  variables: variables.prefault({ DATABASE_URL: "{url}" }),
  onAhead,
  placement: placement.describe("Node labels that it needs. Default: the application's."),
});

/** The form whose server is somebody else's. */
export const externalDatabase = z.strictObject({
  external: z
    .strictObject({ url: z.string().describe("The NAME of the secret that holds the database's URL.") })
    .describe("A server that is not Tidemark's. Without it, Tidemark runs one."),
  variables: variables.prefault({ DATABASE_URL: "{url}" }),
  onAhead,
});

export const databaseSchema = z
  .union([own, externalDatabase, z.literal(false)])
  .prefault({})
  .describe("PostgreSQL: one of its own, an external one, or false for none.");

export type Database = z.output<typeof databaseSchema>;
/** Where a generation comes from. */
export type From = NonNullable<z.output<typeof from>>;
export type OwnDatabase = z.output<typeof own>;

export function isOwn(database: Database): database is OwnDatabase {
  return database !== false && !("external" in database);
}
