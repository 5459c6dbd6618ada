import { z } from "zod";
import { duration, seconds, size } from "./units";

export const logsSchema = z.strictObject({
  size: size.default("10m").describe("How large one file of a container's log gets before the next one begins."),
  files: z.int().min(1).default(3).describe("How many files of a container's log Docker holds."),
  keep: z
    .union([duration, z.literal(false)])
    .default("30d")
    .describe(
      "How long a line can be found, whatever became of its container; in whole days. false: no longer than Docker.",
    ),
  compress: duration.default("7d").describe("Whole days that are older are compressed."),
});

/** For how long lines are kept beyond their containers; undefined where they are not. */
export function keptSeconds({ keep }: Logs): number | undefined {
  return keep === false || seconds(keep) === 0 ? undefined : seconds(keep);
}

export type Logs = z.output<typeof logsSchema>;
