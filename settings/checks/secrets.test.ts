import assert from "node:assert/strict";
import { it } from "node:test";
import { sample, web } from "./sample";
import { missingSecrets, plainSecrets, tidemarkKey } from "./secrets";

const KEY = "k".repeat(44);
const leaf = (path: string[], secure: boolean) => ({ path, value: "hunter2", source: "hunter2", secure });
const byName = "The NAME of a secret belongs here; this looks like the secret itself, in plain text.";

it("refuses a plain value in a secret place, with the command that sets it", () =>
  assert.deepEqual(plainSecrets([leaf(["secrets", "API_KEY"], false), leaf(["secrets", "OTHER"], true)], "prod"), [
    {
      at: "secrets.API_KEY",
      got: "(secret)",
      why: "It stands in the file in plain text.",
      fix:
        "Take the line away, type it at the prompt of: pulumi config set --secret --path secrets.API_KEY --stack prod " +
        "(a committed value is known: make a new one).",
    },
  ]));

it("refuses an empty secret, and one that is no text", () =>
  assert.deepEqual(
    plainSecrets(
      [{ ...leaf(["secrets", "API_KEY"], false), value: null }, leaf(["secrets", "LIST", "0"], false)],
      "prod",
    ).map(({ at, got, why }) => [at, got, why]),
    [
      ["secrets.API_KEY", "nothing", "It is left empty."],
      ["secrets.LIST", "(secret)", "It stands in the file in plain text."],
    ],
  ));

it("refuses an encrypted value where it would not stay secret", () =>
  assert.deepEqual(plainSecrets([leaf(["env", "API_KEY"], true), leaf(["secrets"], true)], "prod"), [
    {
      at: "env.API_KEY",
      got: "(secret)",
      why: "Only what is under secrets stays secret on its way.",
      fix: "Take it away here and run: pulumi config set --secret --path secrets.API_KEY --stack prod",
    },
    {
      at: "secrets",
      got: "(secret)",
      why: "Secrets are encrypted one by one.",
      fix: "Take it away here and run: pulumi config set --secret --path secrets.NAME --stack prod",
    },
  ]));

it("refuses own servers without the secret from which their passwords are made", () => {
  const fix =
    "Run: head -c 32 /dev/urandom | base64 | pulumi config set --secret --path secrets.TIDEMARK_KEY --stack prod";
  assert.deepEqual(tidemarkKey(sample({ secrets: {}, redis: { redis: {} } }), "prod"), [
    { at: "secrets.TIDEMARK_KEY", got: "nothing", why: "The passwords of PostgreSQL and redis are made from it.", fix },
  ]);
  assert.deepEqual(tidemarkKey(sample({ secrets: { TIDEMARK_KEY: "short" } }), "prod"), [
    { at: "secrets.TIDEMARK_KEY", got: "(secret)", why: "It has 5 characters; passwords need 32 at least.", fix },
  ]);
  assert.deepEqual(tidemarkKey(sample({ secrets: { TIDEMARK_KEY: "(secret)" } }), "prod"), []);
  assert.deepEqual(tidemarkKey(sample({ secrets: {}, database: false }), "prod"), []);
});

it("refuses the name of a secret that is not set, with the nearest one", () =>
  assert.deepEqual(
    missingSecrets(
      sample({
        registry: { server: "registry.example", password: "REGISTRY_PASWORD" },
        edge: { tls: { certificate: "x", key: "TLS_KEY" } },
        database: { external: { url: "DATABASE_URL" } },
        redis: { cache: { external: { url: "CACHE" } } },
        processes: { web: { ...web, secrets: ["REGISTRY_PASSWORD", "OPENAI_API_KEY"] } },
        secrets: { REGISTRY_PASSWORD: "x" },
      }),
      "prod",
    ),
    [
      ["database.external.url", "DATABASE_URL", "Run"],
      ["redis.cache.external.url", "CACHE", "Run"],
      ["registry.password", "REGISTRY_PASWORD", "Did you mean REGISTRY_PASSWORD? Otherwise run"],
      ["edge.tls.key", "TLS_KEY", "Run"],
      ["processes.web.secrets[1]", "OPENAI_API_KEY", "Run"],
    ].map(([at, got, fix]) => ({
      at,
      got,
      why: "No such secret is set.",
      fix: `${fix}: pulumi config set --secret --path secrets.${got} --stack prod`,
    })),
  ));

it("refuses a secret itself in the place of its name, without showing it", () =>
  assert.deepEqual(
    missingSecrets(
      sample({
        database: { external: { url: "postgres://shop:hunter2@db.example/shop" } },
        edge: { tls: { certificate: "x", key: "-----BEGIN PRIVATE KEY-----" } },
      }),
      "prod",
    ),
    [
      {
        at: "database.external.url",
        got: "(secret)",
        why: byName,
        fix: "Write DATABASE_URL here and run: pulumi config set --secret --path secrets.DATABASE_URL --stack prod",
      },
      {
        at: "edge.tls.key",
        got: "(secret)",
        why: byName,
        fix: "Write TLS_KEY here and run: pulumi config set --secret --path secrets.TLS_KEY --stack prod",
      },
    ],
  ));

it("keeps Tidemark's own key from every process", () =>
  assert.deepEqual(
    missingSecrets(
      sample({ processes: { web: { ...web, secrets: ["TIDEMARK_KEY"] } }, secrets: { TIDEMARK_KEY: KEY } }),
      "prod",
    ),
    [
      {
        at: "processes.web.secrets[0]",
        got: "TIDEMARK_KEY",
        why: "It is Tidemark's own and leaves it for no other place.",
        fix: "Name another secret.",
      },
    ],
  ));
