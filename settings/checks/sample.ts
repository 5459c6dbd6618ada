import { settingsSchema, type Settings } from "../schema";

/** Settings for a test of one check: a small shop, with other values at its top keys. */
export function sample(other: Record<string, unknown> = {}): Settings {
  return settingsSchema.parse({
    name: "shop",
    tag: "1.4.2",
    image: "registry.example/shop",
    processes: { web },
    secrets: { TIDEMARK_KEY: "k".repeat(44) },
    ...other,
  });
}

export const web = { kind: "web", health: { path: "/health" } };
