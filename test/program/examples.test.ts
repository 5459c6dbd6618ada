import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { before, describe, it } from "node:test";
import { readSettings } from "../../settings/load";
import type { Settings } from "../../settings/schema";
import { application, COMMAND, ofType, VOLUME } from "./application";
import type { Registered } from "./build";
import { revealed } from "./secret";
import { edgeFiles, environment, processes, routes, type Seen } from "./seen";

/** What a system's settings must come to. `runs` is command, replicas, port/drain in seconds. */
interface Expected {
  secrets: string[];
  runs: Record<string, string>;
  checks: Record<string, string>;
  environment: Record<string, string>;
  mounts: Record<string, string>;
  routes: string[];
  volumes: string;
  steps: string[];
}

const OF_THE_IMAGE = "/entry serve --all";
const MIGRATE = "python3 manage.py migrate --noinput";
const COLLECT = "python3 manage.py collectstatic --noinput";

const SYSTEMS: Record<string, Expected> = {
  tracker: {
    secrets: ["DJANGO_SECRET_KEY", "TIDEMARK_KEY"],
    runs: { frontend: `${OF_THE_IMAGE} x2 8080/60`, web: `${OF_THE_IMAGE} x2 8000/60` },
    checks: { frontend: "http 8080 / / tracker.example 5", web: "http 8000 /api/health /api/health tracker.example 5" },
    environment: {
      frontend: "",
      web: "CORS_ALLOWED_ORIGINS DATABASE_URL DJANGO_SECRET_KEY EXCEL_ROOT OUTLOOK_ENABLED QUALITY_ALERT_THRESHOLD",
    },
    mounts: { frontend: "", web: "static-of-1.0.0-0123456789ab:/srv/static:ro excel-g1:/srv/excel!" },
    routes: ["/ frontend:8080 20m 60s", "/api/ web:8000 20m 60s", "/admin/ web:8000 20m 60s"],
    volumes: "edge-files excel-g1 logs postgres-g1 postgres-sockets static static-of-1.0.0-0123456789ab",
    steps: [MIGRATE, COLLECT],
  },
  smartmarket: {
    secrets: ["REGISTRY_PASSWORD", "SECRET_KEY", "TIDEMARK_KEY"],
    runs: {
      beat: "celery --app smartmarket beat --loglevel info --schedule /tmp/celerybeat-schedule x1",
      web: "gunicorn smartmarket.asgi:application --bind 0.0.0.0:8000 -k uvicorn.workers.UvicornWorker x2 8000/120",
      worker: "celery --app smartmarket worker --loglevel info --queues celery --concurrency 2 x2",
    },
    checks: {
      beat: "reaches smartmarket-prod-broker 6379",
      web: "http 8000 /health/live/ /health/ready/ smartmarket.example 5 smartmarket-prod-postgres 5432",
      worker: "reached 6379",
    },
    environment: all(
      ["beat", "web", "worker"],
      "ALLOWED_HOSTS CELERY_BROKER_URL CELERY_RESULT_BACKEND CHANNEL_REDIS_URL DATABASE_URL DJANGO_SETTINGS_MODULE REDIS_URL SECRET_KEY",
    ),
    mounts: {
      beat: "media-g1:/srv/media!",
      web: "media-g1:/srv/media! static-of-2.3.0-0123456789ab:/srv/static:ro",
      worker: "media-g1:/srv/media!",
    },
    routes: ["/ web:8000 20m 60s", "/ws/ web:8000 20m 1h"],
    volumes:
      "broker-data cache-data edge-files logs media-g1 postgres-g1 postgres-sockets static static-of-2.3.0-0123456789ab",
    steps: [MIGRATE, COLLECT],
  },
  korrigo: {
    secrets: ["SECRET_KEY", "TIDEMARK_KEY"],
    runs: { backend: `${OF_THE_IMAGE} x2 8000/60`, frontend: `${OF_THE_IMAGE} x2 8080/60` },
    checks: {
      backend: "http 8000 /api/health/ /api/health/ korrigo.example 5",
      frontend: "http 8080 / / korrigo.example 5",
    },
    environment: { backend: "DATABASE_URL DJANGO_ALLOWED_HOSTS SECRET_KEY", frontend: "" },
    mounts: { backend: "media-g1:/srv/media! static-of-1.2.0-0123456789ab:/srv/static:ro", frontend: "" },
    routes: ["/ frontend:8080 10m 60s", "/api/ backend:8000 200m 300s", "/admin/ backend:8000 10m 60s"],
    volumes: "edge-files logs media-g1 postgres-g1 postgres-sockets static static-of-1.2.0-0123456789ab",
    steps: [MIGRATE, COLLECT],
  },
  boutique: {
    secrets: ["SECRET_KEY", "TIDEMARK_KEY"],
    runs: {
      beat: "celery --app config beat --loglevel info --schedule /tmp/celerybeat-schedule x1",
      frontend: `${OF_THE_IMAGE} x2 8080/60`,
      web: `${OF_THE_IMAGE} x2 8000/60`,
      worker: "celery --app config worker --loglevel info --queues celery --concurrency 2 x1",
    },
    checks: {
      beat: "reaches boutique-prod-redis 6379",
      frontend: "http 8080 / / boutique.example 5",
      web: "http 8000 /api/v1/auth/csrf/ /api/v1/auth/csrf/ boutique.example 5",
      worker: "reached 6379",
    },
    environment: {
      ...all(
        ["beat", "web", "worker"],
        "ALLOWED_HOSTS CELERY_BROKER_URL CELERY_RESULT_BACKEND DATABASE_URL DJANGO_SETTINGS_MODULE SECRET_KEY",
      ),
      frontend: "",
    },
    mounts: {
      beat: "media-g1:/srv/media!",
      frontend: "",
      web: "media-g1:/srv/media! static-of-1.8.0-0123456789ab:/srv/static:ro",
      worker: "media-g1:/srv/media!",
    },
    routes: ["/ frontend:8080 10m 60s", "/api/ web:8000 10m 60s", "/admin/ web:8000 10m 60s"],
    volumes: "edge-files logs media-g1 postgres-g1 postgres-sockets redis-data static static-of-1.8.0-0123456789ab",
    steps: [MIGRATE, COLLECT],
  },
  postman: {
    secrets: ["OPENAI_API_KEY", "REGISTRY_PASSWORD", "SECRET_KEY", "TIDEMARK_KEY", "TLS_KEY"],
    runs: {
      backend: "gunicorn --bind 0.0.0.0:5000 --workers 4 app:create_app() x2 5000/60",
      frontend: `${OF_THE_IMAGE} x2 8080/60`,
    },
    checks: { backend: "http 5000 /health /health mail.example 5", frontend: "http 8080 / / mail.example 5" },
    environment: { backend: "DATABASE_URL FLASK_ENV OPENAI_API_KEY REDIS_URL SECRET_KEY", frontend: "" },
    mounts: { backend: "", frontend: "" },
    routes: ["/ frontend:8080 10m 60s", "/api/ backend:5000 10m 120s", "/health backend:5000 10m 60s"],
    volumes: "cache-data edge-files logs postgres-g1 postgres-sockets",
    steps: ["alembic upgrade head"],
  },
};

for (const [system, expected] of Object.entries(SYSTEMS))
  for (const preview of [false, true])
    describe(`${system} (preview: ${preview})`, () => {
      let made: Registered[];
      let seen: Record<string, Seen>;
      before(async () => {
        made = await application(settingsOf(system, expected.secrets), { preview });
        seen = processes(made);
      });
      const each = (what: (one: Seen) => string): Record<string, string> =>
        Object.fromEntries(Object.entries(seen).map(([name, one]) => [name, what(one)]));

      it("runs its processes", () => assert.deepEqual(each(run), expected.runs));

      it("asks each whether it can serve", () =>
        assert.deepEqual(
          each(({ health }) => health),
          expected.checks,
        ));

      it("gives each the variables and secrets that it should have", () => {
        assert.deepEqual(
          each((one) => one.environment.join(" ")),
          expected.environment,
        );
        for (const [name] of Object.entries(expected.environment).filter(([, its]) => its))
          assert.deepEqual(
            secretsGiven(made, `${system}-prod-${name}`, expected.secrets),
            expected.secrets.filter((its) => !TIDEMARKS_OWN.includes(its)),
          );
      });

      it("shows each its volumes", () =>
        assert.deepEqual(
          each(({ volumes }) => volumes.join(" ")),
          expected.mounts,
        ));

      it("makes its volumes", () => {
        const names = ofType(made, VOLUME).map(({ inputs }) => (inputs.name as string).replace(`${system}-prod-`, ""));
        assert.equal(names.sort().join(" "), expected.volumes);
      });

      it("routes what comes in", () =>
        assert.deepEqual(routes(edgeFiles(made, `${system}-prod`)["nginx.conf"] ?? ""), expected.routes));

      it("does the steps of a release", () => {
        // The networks' ids are not known in a preview, and so the orders are not.
        if (!preview) assert.deepEqual(steps(made), expected.steps);
        const jobs = ofType(made, COMMAND)
          .filter(({ inputs }) => inputs.create === "job")
          .map(({ name }) => name.replace(`${system}-prod-`, ""))
          .filter((name) => !name.endsWith("-admitted-run"));
        assert.deepEqual(
          jobs.sort(),
          ["edge-staged-run", "maintenance-run", "migrate-run", "static-of-collected-run"].slice(
            0,
            expected.steps.length + 2,
          ),
        );
      });
    });

it("hands postman's edge its certificate and key", async () => {
  const made = await application(settingsOf("postman", SYSTEMS.postman!.secrets));
  const files = edgeFiles(made, "postman-prod");
  assert.deepEqual(Object.keys(files).sort(), ["away.html", "nginx.conf", "tls/certificate.pem", "tls/key.pem"]);
  assert.equal(files["tls/key.pem"], "TLS_KEY-".repeat(8));
  assert.match(files["nginx.conf"]!, /deny 203\.0\.113\.7;/);
});

/** Needed by Tidemark itself, and given to no process. */
const TIDEMARKS_OWN = ["TIDEMARK_KEY", "REGISTRY_PASSWORD", "TLS_KEY"];

function settingsOf(system: string, names: readonly string[]): Settings {
  const file = `Pulumi.${system}.yaml`;
  const text = readFileSync(join(__dirname, "../../examples", system, file), "utf8");
  const secrets = Object.fromEntries(names.map((name) => [name, `${name}-`.repeat(8)]));
  return readSettings({ file, text, values: { get: (key) => ({ secrets })[key] } });
}

function run({ command, replicas, port, drain }: Seen): string {
  return `${command} x${replicas}${port === undefined ? "" : ` ${port}/${drain}`}`;
}

function secretsGiven(made: readonly Registered[], service: string, names: readonly string[]): string[] {
  return environment(made, service)
    .filter(([name, value]) => names.includes(name) && value === `${name}-`.repeat(8))
    .map(([name]) => name);
}

/** Commands of the jobs that the launcher starts, without it and without what collects. */
function steps(made: readonly Registered[]): string[] {
  return ofType(made, COMMAND)
    .filter(({ inputs }) => inputs.create === "job")
    .flatMap(({ inputs }) => commandOf(revealed(inputs.stdin)))
    .filter((command) => command.includes("/tidemark/launch"))
    .map((command) => command.slice(command.lastIndexOf(" -- ") + 4));
}

function commandOf(stdin: unknown): string[] {
  return typeof stdin === "string" && stdin.startsWith("{")
    ? [(JSON.parse(stdin) as { command: string[] }).command.join(" ")]
    : [];
}

function all(names: readonly string[], value: string): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, value]));
}
