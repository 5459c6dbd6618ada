import { settingsSchema, type Settings } from "../../settings/schema";

/** Secrets that would break what handles them carelessly, and that a search finds. */
export const SECRETS = {
  TIDEMARK_KEY: "key-of-all-passwords-2f61",
  SECRET_KEY: `it's "quoted" $HOME \`id\` \\ back\nsecond line µ 2f62`,
  REGISTRY_PASSWORD: "registry-password-2f63",
  TLS_KEY: "-----BEGIN PRIVATE KEY-----\nhidden-2f64\n-----END PRIVATE KEY-----\n",
  CACHE_URL: "redis://:outer-password-2f65@cache.example:6380/1",
  STRIPE_KEY: "only-for-the-worker-2f66",
};

/** One application that uses every setting which makes or changes a resource. */
export function everything(other: Record<string, unknown> = {}): Settings {
  return settingsSchema.parse({
    name: "shop",
    tag: "1.4.2",
    framework: "django",
    celery: "shop",
    image: "registry.example/shop",
    registry: { server: "registry.example", username: "deploy", password: "REGISTRY_PASSWORD" },
    processes: {
      web: {
        kind: "web",
        drain: "90s",
        health: { path: "/live/", ready: "/ready/" },
        volumes: { exports: "/srv/exports" },
      },
      worker: { kind: "worker", queues: ["mail", "celery"], resources: { memory: "1g", cpus: 1.5 }, grace: "1h" },
      beat: { kind: "beat" },
      front: { kind: "frontend", image: "registry.example/front", health: { path: "/" } },
    },
    edge: {
      hosts: ["shop.example"],
      routes: [
        { path: "/", to: "front" },
        { path: "/api/", to: "web" },
        { path: "/ws/", to: "web", websocket: true },
      ],
      tls: { certificate: "-----BEGIN CERTIFICATE-----\n…\n-----END CERTIFICATE-----\n", key: "TLS_KEY" },
      placement: { public: "yes" },
    },
    database: { extensions: ["pg_trgm", "pg_stat_statements"], placement: { disk: "fast" } },
    redis: {
      broker: { variables: { CELERY_BROKER_URL: "{url}/0" } },
      cache: { external: { url: "CACHE_URL" }, use: "cache", variables: { CACHE_REDIS_URL: "{url}" } },
    },
    volumes: { exports: { driver: "local", options: { type: "nfs", device: ":/exports" } } },
    media: { path: "/srv/media" },
    static: { root: "/srv/static" },
    env: { DJANGO_SETTINGS_MODULE: "shop.settings" },
    placement: { role: "app" },
    secrets: SECRETS,
    ...other,
  });
}
