import { edgeSchema } from "../../settings/edge";
import type { EdgePlan } from "../../components/edge/nginx";

const maintenance = { addresses: [], retryAfter: "2m" as const, hasPage: false, spared: [] };

const route = { websocket: false, timeout: "60s" as const, port: 8000 };

/** For tests: plans that together use all that a configuration can hold. Each has its golden file. */
export const plans = {
  plain: {
    maintenance,
    edge: edgeSchema.parse({}),
    routes: [{ ...route, path: "/", to: "web", host: "upstream" }],
  },
  ready: {
    maintenance,
    edge: edgeSchema.parse({}),
    routes: [
      {
        ...route,
        path: "/",
        to: "web",
        host: "upstream",
        ready: { path: "/health/ready/", host: "localhost", live: "/health/live/" },
      },
      {
        ...route,
        path: "/ill/",
        to: "ill",
        host: "upstream",
        ready: { path: "/ill/own-503", host: "localhost", live: "/ill/live" },
      },
    ],
  },
  tls: {
    maintenance,
    edge: edgeSchema.parse({
      hosts: ["shop.example", "www.shop.example"],
      tlsPort: 4443,
      tls: { certificate: "(certificate)", key: "TLS_KEY" },
    }),
    routes: [{ ...route, path: "/", to: "web", host: "upstream" }],
  },
  "tls-beside-http": {
    maintenance,
    edge: edgeSchema.parse({ tls: { certificate: "(certificate)", key: "TLS_KEY", redirect: false } }),
    routes: [{ ...route, path: "/", to: "web", host: "upstream" }],
  },
  full: {
    maintenance: {
      addresses: ["203.0.113.8", "2001:db8::/32"],
      cookie: "let/me+in=.1234567890",
      retryAfter: "10m" as const,
      hasPage: true,
      spared: ["/api/health.json", "/api/ready"],
    },
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
