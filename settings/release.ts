import { z } from "zod";
import { observation } from "./observation";
import { duration } from "./units";
import { argv } from "./words";

export const releaseSchema = z
  .strictObject({
    preflight: z
      .boolean()
      .default(true)
      .describe(
        "Before anything moves, the new image is asked: `check --deploy`, a missing migration, whether the database is ahead " +
          "of it. Django and alembic have it; false leaves it out, and the guard with it.",
      ),
    checks: z
      .array(argv)
      .default([])
      .describe("Further checks, each run in the new image before anything moves. One that fails stops the release.")
      .meta({ examples: [[["pytest", "-q"]]] }),
    accept: z
      .array(z.string())
      .default([])
      .describe("What the preflight may warn of without stopping the release, by its number.")
      .meta({ examples: [["security.W021", "missing-migration"]] }),
    migrate: z
      .union([argv, z.literal(false)])
      .optional()
      .describe(
        "Runs once a release, in its image, before anything rolls. Django: `python3 manage.py migrate --noinput`.",
      )
      .meta({ examples: [["alembic", "upgrade", "head"]] }),
    lockTimeout: duration
      .default("5s")
      .describe(
        "How long a migration waits for a table that somebody uses, before it fails and the live table goes on. 0s: for ever.",
      ),
    statementTimeout: duration
      .default("0s")
      .describe("How long one statement of a migration may take. 0s: as long as it needs."),
    limit: duration.default("10m").describe("How long a step of the release may take."),
    rollLimit: duration.default("3m").describe("How long the services may take until they run the new release."),
    ...observation,
  })
  .prefault({})
  .describe("The steps of a release.");

export type ReleaseSettings = z.output<typeof releaseSchema>;
