import { z } from "zod";
import { duration, size } from "./units";
import { placement } from "./words";

const header = z.record(z.string().regex(/^[A-Za-z0-9-]+$/, "is not a header's name"), z.string());

export const routeSchema = z.strictObject({
  path: z
    .string()
    .startsWith("/")
    .describe("Every address that starts with it; the longest one wins.")
    .meta({ examples: ["/api/"] }),
  to: z.string().describe("The process, of kind web or frontend."),
  websocket: z
    .boolean()
    .default(false)
    .describe("Lets a connection be upgraded, and stay open for an hour of silence."),
  timeout: duration.default("60s").describe("How long the process may take to answer."),
  bodySize: size.optional().describe("The largest request. Default: the edge's."),
});

export const edgeSchema = z.strictObject({
  port: z.int().min(1).max(65535).default(80).describe("Published port for HTTP."),
  tlsPort: z.int().min(1).max(65535).default(443).describe("Published port for HTTPS, when `tls` is given."),
  hosts: z
    .array(z.string())
    .default([])
    .describe("Names it answers to; others get 421. Default: every name.")
    .meta({ examples: [["shop.example"]] }),
  routes: z
    .array(routeSchema)
    .optional()
    .describe("Which process answers where. Default: all to the only web process.")
    .meta({
      examples: [
        [
          { path: "/", to: "front" },
          { path: "/api/", to: "web" },
        ],
      ],
    }),
  bodySize: size.default("10m").describe("The largest request."),
  headers: header
    .default({
      "X-Content-Type-Options": "nosniff",
      "X-Frame-Options": "DENY",
      "Referrer-Policy": "same-origin",
    })
    .describe("Added to every answer that has not got them from its process."),
  tls: z
    .strictObject({
      certificate: z.string().describe("The certificate and its chain, PEM."),
      key: z.string().describe("The NAME of the secret that holds the key, PEM."),
      redirect: z.boolean().default(true).describe("Sends HTTP to HTTPS."),
    })
    .optional()
    .describe("HTTPS from a given certificate. Default: HTTP alone."),
  trustedProxies: z
    .array(z.string())
    .default([])
    .describe("Addresses of proxies in front, whose X-Forwarded-For and X-Forwarded-Proto are believed.")
    .meta({ examples: [["10.0.0.0/8"]] }),
  deny: z
    .array(z.string())
    .default([])
    .describe("Addresses that get 403.")
    .meta({ examples: [["203.0.113.7"]] }),
  placement: placement.describe("Node labels that it needs. Default: the application's."),
});

export type Edge = z.output<typeof edgeSchema>;
export type Route = z.output<typeof routeSchema>;
