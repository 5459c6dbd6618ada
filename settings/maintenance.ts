import { z } from "zod";
import { duration } from "./units";

const details = z.strictObject({
  on: z.boolean().default(false).describe("Visitors get 503 and the page. `tidemark maintenance on` sets it, at once."),
  addresses: z
    .array(z.string())
    .default([])
    .describe("Addresses that are let in all the same.")
    .meta({ examples: [["203.0.113.7", "198.51.100.0/24"]] }),
  cookie: z
    .string()
    .optional()
    .describe("The NAME of a secret: who has it as the value of the cookie `tidemark-bypass` is let in.")
    .meta({ examples: ["MAINTENANCE_COOKIE"] }),
  page: z
    .string()
    .optional()
    .describe("An HTML file beside Pulumi.yaml, whole in itself: what it refers to is away too. Default: Tidemark's.")
    .meta({ examples: ["closed.html"] }),
  retryAfter: duration.default("2m").describe("What the answer says of when to come again."),
});

export const maintenanceSchema = z
  .union([details, z.boolean().transform((on) => details.parse({ on }))])
  .prefault({})
  .describe("Keeps visitors out, but for some; `true` is short for `{ on: true }`. What already is open stays open.");

export type Maintenance = z.output<typeof maintenanceSchema>;
