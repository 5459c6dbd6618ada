import assert from "node:assert/strict";
import { it } from "node:test";
import { environment } from "./environment";
import { sample, web } from "./sample";

const fix = "Take one of the two away, or rename it.";
const KEY = "k".repeat(44);

it("refuses a variable that is both plain and secret", () =>
  assert.deepEqual(
    environment(
      sample({ env: { TOKEN: "x" }, secrets: { TOKEN: "y" }, processes: { web: { ...web, env: { TOKEN: "z" } } } }),
    ),
    [
      { at: "env.TOKEN", got: "plain", why: "secrets.TOKEN gives this variable too.", fix },
      { at: "processes.web.env.TOKEN", got: "plain", why: "secrets.TOKEN gives this variable too.", fix },
    ],
  ));

it("refuses a variable that is composed already", () =>
  assert.deepEqual(
    environment(
      sample({
        env: { DATABASE_URL: "x" },
        secrets: { TIDEMARK_KEY: KEY, REDIS_URL: "y" },
        redis: {
          one: { variables: { REDIS_URL: "{url}/0" } },
          two: { variables: { DATABASE_URL: "{url}/0" } },
        },
        processes: { web: { ...web, env: { DATABASE_URL: "z" } } },
      }),
    ),
    [
      { at: "secrets.REDIS_URL", got: "(secret)", why: "redis.one gives this variable too.", fix },
      { at: "redis.two.variables.DATABASE_URL", got: "composed", why: "database gives this variable too.", fix },
      { at: "env.DATABASE_URL", got: "plain", why: "database gives this variable too.", fix },
      { at: "processes.web.env.DATABASE_URL", got: "plain", why: "database gives this variable too.", fix },
    ],
  ));

it("lets an external server's URL be the secret of the same name", () =>
  assert.deepEqual(
    environment(sample({ database: { external: { url: "DATABASE_URL" } }, secrets: { DATABASE_URL: "postgres://x" } })),
    [],
  ));

it("lets a process that does not get a secret use its name", () => {
  const front = { ...web, kind: "frontend", env: { TOKEN: "public", DATABASE_URL: "none" } };
  assert.deepEqual(environment(sample({ secrets: { TOKEN: "y" }, processes: { front } })), []);
});
