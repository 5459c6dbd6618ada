import { z } from "zod";
import { duration } from "./units";

export const backupSchema = z
  .strictObject({
    behind: duration
      .default("60s")
      .describe(
        "How far the archive of a database that is written to may be behind it: what a loss of its volume costs.",
      ),
    keep: z
      .int()
      .min(1)
      .default(4)
      .describe("How many full backups are kept, each with all that leads from it to any later moment."),
  })
  .optional()
  .describe(
    "Continuous backups of the stack's own database, encrypted by a key that follows from TIDEMARK_KEY. They lie in a volume " +
      "beside it: they outlive its volume and a mistake, not the disk. Default: none.",
  )
  .meta({ examples: [{}] });

export type Backup = NonNullable<z.output<typeof backupSchema>>;
