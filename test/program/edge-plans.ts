import { edgeSchema } from "../../settings/edge";
import type { EdgePlan } from "../../components/edge/nginx";

const route = { websocket: false, timeout: "60s" as const, port: 8000 };

/** For tests: plans that together use all that a configuration can hold. Each has its golden file. */
export const plans = {
  plain: {
    edge: edgeSchema.parse({}),
    routes: [{ ...route, path: "/", to: "web", host: "upstream" }],
  },
  ready: {
    edge: edgeSchema.parse({}),
    routes: [
      { ...route, path: "/", to: "web", host: "upstream", ready: { path: "/health/ready/", host: "localhost" } },
      { ...route, path: "/ill/", to: "ill", host: "upstream", ready: { path: "/ill/own-503", host: "localhost" } },
    ],
  },
  tls: {
    edge: edgeSchema.parse({
      hosts: ["shop.example", "www.shop.example"],
      tlsPort: 4443,
      tls: { certificate: "(certificate)", key: "TLS_KEY" },
    }),
    routes: [{ ...route, path: "/", to: "web", host: "upstream" }],
  },
  "tls-beside-http": {
    edge: edgeSchema.parse({ tls: { certificate: "(certificate)", key: "TLS_KEY", redirect: false } }),
    routes: [{ ...route, path: "/", to: "web", host: "upstream" }],
  },
  full: {
    edge: edgeSchema.parse({
      hosts: ["shop.example"],
      trustedProxies: ["10.0.0.0/8", "192.168.0.0/16", "172.16.0.0/12"],
      deny: ["203.0.113.7", "198.51.100.0/24"],
      bodySize: "1m",
      headers: { "X-Frame-Options": "DENY", "Content-Security-Policy": `default-src 'self'; report-to "it"` },
    }),
    routes: [
      { ...route, path: "/", to: "front", host: "upstream", port: 8080 },
      { ...route, path: "/api/", to: "web", host: "upstream", timeout: "2m", bodySize: "200m" },
      { ...route, path: "/ws/", to: "web", host: "upstream", websocket: true },
      { ...route, path: "/away/", to: "gone", host: "nobody", bodySize: "5m" },
    ],
    staticUrl: "/static/",
    mediaUrl: "/media/",
  },
} satisfies Record<string, EdgePlan>;
