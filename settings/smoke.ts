import { z } from "zod";

const request = z.strictObject({
  path: z
    .string()
    .regex(/^\/\S*$/, "does not begin with / or has a blank in it")
    .describe("What is asked for, with its query.")
    .meta({ examples: ["/api/version/"] }),
  method: z
    .enum(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
    .default("GET")
    .describe("How. What it does to the data stays: it is the real application that is asked."),
  headers: z
    .record(z.string().regex(/^[A-Za-z0-9-]+$/, "is not a header's name"), z.string().regex(/^[^\r\n]*$/, "has lines"))
    .default({})
    .describe("Headers of the request; no secret, for Docker shows them.")
    .meta({ examples: [{ Accept: "application/json" }] }),
  body: z.string().optional().describe("What is sent with it."),
  status: z.int().min(100).max(599).optional().describe("The status that must come. Default: any 2xx or 3xx."),
  text: z.string().optional().describe("What the answer must have in it, to the letter."),
});

export const smokeSchema = z
  .array(request)
  .default([])
  .describe(
    "Requests through the edge once a release runs; an answer that is not as expected takes the release back. " +
      "Default: the health path of the first web process that has a route to it.",
  )
  .meta({ examples: [[{ path: "/", text: "Welcome" }]] });

export type Smoke = z.output<typeof smokeSchema>;
