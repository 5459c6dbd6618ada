import { z } from "zod";
import { duration } from "./units";

const s3 = z
  .strictObject({
    bucket: z
      .string()
      .describe("Its name.")
      .meta({ examples: ["shop-backups"] }),
    region: z.string().default("us-east-1").describe("Its region."),
    endpoint: z
      .string()
      .regex(/^https:\/\/[^/\s]+\/?$/, "is not an https address without a path")
      .optional()
      .describe("Where it is asked for. Default: at Amazon, in its region.")
      .meta({ examples: ["https://s3.example:9000"] }),
    style: z
      .enum(["host", "path"])
      .optional()
      .describe("Whether requests name the bucket in the host or in the path. Default: path where endpoint is given."),
    path: z
      .string()
      .regex(/^\/\S*$/, "does not begin with /")
      .optional()
      .describe("Folder in the bucket. Default: the application's and the stack's name.")
      .meta({ examples: ["/shop-prod"] }),
    keyId: z.string().describe("The NAME of the secret that holds the id of the access key."),
    key: z.string().describe("The NAME of the secret that holds the access key."),
    ca: z.string().optional().describe("Who signed the endpoint's certificate, PEM, where no public authority did."),
  })
  .optional();

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
    volume: z
      .boolean()
      .default(true)
      .describe("In a volume beside the database: soon restored from, and lost with its disk."),
    s3: s3.describe(
      "In a bucket too, or alone: what outlives the server. Each backup goes to both where there are both. Default: none.",
    ),
  })
  .optional()
  .describe(
    "Continuous backups of the stack's own database, encrypted by a key that follows from TIDEMARK_KEY. Without s3 they lie in " +
      "a volume beside it: they outlive its volume and a mistake, not the disk. Default: none.",
  )
  .meta({ examples: [{}] });

export type Backup = NonNullable<z.output<typeof backupSchema>>;

export type S3 = NonNullable<Backup["s3"]>;
