import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { isOwn } from "./database";
import { outline, readSettings } from "./load";
import { isHttp } from "./process";

const EXPECTED = {
  tracker: {
    processes: { web: "web /api/health", frontend: "frontend /" },
    routes: ["/ frontend", "/api/ web", "/admin/ web"],
    redis: [],
    secrets: ["DJANGO_SECRET_KEY", "TIDEMARK_KEY"],
  },
  smartmarket: {
    processes: { web: "web /health/live/", worker: "worker", beat: "beat" },
    routes: ["/ web", "/ws/ web"],
    redis: ["cache", "broker"],
    secrets: ["REGISTRY_PASSWORD", "SECRET_KEY", "TIDEMARK_KEY"],
  },
  korrigo: {
    processes: { backend: "web /api/health/", frontend: "frontend /" },
    routes: ["/ frontend", "/api/ backend", "/admin/ backend"],
    redis: [],
    secrets: ["SECRET_KEY", "TIDEMARK_KEY"],
  },
  boutique: {
    processes: { web: "web /api/v1/auth/csrf/", worker: "worker", beat: "beat", frontend: "frontend /" },
    routes: ["/ frontend", "/api/ web", "/admin/ web"],
    redis: ["redis"],
    secrets: ["SECRET_KEY", "TIDEMARK_KEY"],
  },
  postman: {
    processes: { backend: "web /health", frontend: "frontend /" },
    routes: ["/ frontend", "/api/ backend", "/health backend"],
    redis: ["cache"],
    secrets: ["OPENAI_API_KEY", "REGISTRY_PASSWORD", "SECRET_KEY", "TIDEMARK_KEY", "TLS_KEY"],
  },
};

for (const [system, expected] of Object.entries(EXPECTED))
  describe(system, () => {
    const file = `Pulumi.${system}.yaml`;
    const text = readFileSync(join(__dirname, "..", "examples", system, file), "utf8");
    const secrets = Object.fromEntries(expected.secrets.map((name) => [name, `${name}-`.repeat(8)]));

    it("loads, with its processes, checks, routes, Redis and secrets", () => {
      const settings = readSettings({ file, text, values: { get: (key) => ({ secrets })[key] } });
      const processes = Object.entries(settings.processes).map(([name, one]) => [
        name,
        isHttp(one) ? `${one.kind} ${one.health.path}` : one.kind,
      ]);
      assert.deepEqual(Object.fromEntries(processes), expected.processes);
      assert.deepEqual(
        settings.edge.routes?.map(({ path, to }) => `${path} ${to}`),
        expected.routes,
      );
      assert.deepEqual(Object.keys(settings.redis), expected.redis);
      assert.ok(isOwn(settings.database));
      assert.deepEqual(settings.secrets, secrets);
    });

    it("shows its outline to who has no key", () => {
      const hidden = Object.fromEntries(expected.secrets.map((name) => [name, "(secret)"]));
      assert.deepEqual(outline({ file, text }).secrets, hidden);
    });

    it("names the schema, so that an editor completes", () =>
      assert.equal(text.split("\n")[0], "# yaml-language-server: $schema=../../Pulumi.schema.json"));
  });
