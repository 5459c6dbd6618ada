import { z } from "zod";

/** Where another generation of data may come from. */
export const latest = z.literal("latest");

export const time = z.strictObject({
  time: z
    .string()
    .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d)$/, "is not a moment with its zone")
    .describe("As it was at that moment, with its zone.")
    .meta({ examples: ["2026-11-27T02:00:00Z"] }),
});

export const mark = z.strictObject({
  mark: z
    .string()
    .describe("As it was at the end of a release, by the name that the release after it gave it.")
    .meta({ examples: ["end-of-1.4.1-7"] }),
});
