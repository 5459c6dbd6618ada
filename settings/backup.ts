import { z } from "zod";
import { duration } from "./units";

const DAYS = "daily|sunday|monday|tuesday|wednesday|thursday|friday|saturday|monthly ([1-9]|[12]\\d|3[01])";
const plan = z
  .string()
  .regex(
    new RegExp(`^(every [1-9]\\d*[mhd]|(${DAYS}) ([01]\\d|2[0-3]):[0-5]\\d)$`),
    'is no plan, such as "every 4h", "daily 02:30", "sunday 02:00", "monthly 1 03:00"',
  );

const schedule = z
  .strictObject({
    full: plan.default("sunday 02:00").describe("All is read."),
    diff: plan
      .or(z.literal(false))
      .default("daily 02:30")
      .describe("What is new since the last full one; false for none."),
    incr: plan
      .or(z.literal(false))
      .default("every 4h")
      .describe(
        "What is new since the last of any kind; false for none. A restore is the sooner done the newer the last one is.",
      ),
    uploads: plan
      .or(z.literal(false))
      .default("every 1h")
      .describe("What is new in the uploads, where the stack has any; false: they are not backed up."),
    check: plan
      .or(z.literal(false))
      .default("saturday 04:00")
      .describe("A quarter of the uploads' backups is read, another one each week; false for none."),
    drill: plan
      .or(z.literal(false))
      .default("sunday 04:00")
      .describe("The newest state is restored into a place of its own, proven, measured and removed; false for none."),
  })
  .prefault({})
  .describe(
    "When the keeper does what, in the hours of `zone`. What was missed is done once; what fails is tried again, and then told.",
  );

const zone = z
  .string()
  .refine(isZone, 'is no zone, such as "Europe/Zurich"')
  .default("UTC")
  .describe("Whose hours those are.")
  .meta({ examples: ["Europe/Zurich"] });

function isZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat(undefined, { timeZone: name }).format() !== "";
  } catch {
    return false;
  }
}

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
    keepUploads: duration.default("30d").describe("How long uploads are kept that are not there any more."),
    schedule,
    zone,
    assertions: z
      .array(z.string())
      .default([])
      .describe(
        "Questions in SQL that every restore and drill asks, each with the answer yes, before it counts as one.",
      )
      .meta({ examples: [["SELECT count(*) > 0 FROM auth_user"]] }),
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
