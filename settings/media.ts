import { z } from "zod";
import { latest, mark, time } from "./from";
import { path } from "./words";

export const mediaSchema = z
  .strictObject({
    path: path.describe("Where the processes see the uploads.").meta({ examples: ["/srv/media"] }),
    url: z.string().default("/media/").describe("Where the edge serves them; empty for not at all."),
    generation: z
      .int()
      .min(1)
      .default(1)
      .describe("Which volume is the live one. Raised, it begins anew, beside the old one."),
    from: z
      .union([
        latest,
        time,
        mark,
        z.strictObject({
          snapshot: z
            .string()
            .regex(/^[0-9a-f]{8,64}$/, "is not a snapshot's name")
            .describe("That one; `tidemark backups` lists them.")
            .meta({ examples: ["4f2a91c0"] }),
        }),
      ])
      .optional()
      .describe(
        "What a raised generation is filled with, from the backups: `latest`, or `{ time: … }`, `{ mark: … }`, `{ snapshot: … }`. " +
          "Of a moment it is the first snapshot after it. Default: it begins empty.",
      ),
  })
  .optional()
  .describe("Uploads: a volume under web, worker and beat, served by the edge, kept on delete.");

export type Media = NonNullable<z.output<typeof mediaSchema>>;
export type MediaFrom = NonNullable<Media["from"]>;
