import { existsSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import * as path from "node:path";
import { execa } from "execa";
import { stringify } from "yaml";
import { taggedCatalogue } from "../images/context";
import { dockerAt, inspect, lines } from "../operations/docker";
import type { SwarmService } from "../operations/rollout";
import { eventually } from "../test/engine/eventually";
import { freePort } from "../test/engine/stack";
import { Visitor } from "../test/engine/visitor";
import { TAGS, type Contender } from "./contender";

const FOLDER = path.resolve(__dirname, "..", ".tidemark", "bench", "plain");
const NAME = "tidemark-bench";
const PROCESSES = ["web", "worker", "beat"];
const docker = dockerAt();

/** Pinned, by tag. */
export type Images = Record<string, string>;

/** What the runbooks type: migrate, collect the static files, `docker-compose up -d`. */
export function compose(images: Images): Contender {
  const run = (tag: string, ...args: string[]): Promise<unknown> =>
    execa("docker-compose", ["--project-name", NAME, "--file", "compose.yaml", ...args], {
      cwd: FOLDER,
      env: { IMAGE: images[tag] ?? "" },
    });
  const once = (tag: string, ...command: string[]): Promise<unknown> =>
    run(tag, "run", "--rm", "--no-deps", "-T", "web", "python3", "manage.py", ...command, "--noinput");
  const start = (tag: string): Promise<unknown> => run(tag, "up", "--detach", "--scale", "web=2");
  return {
    name: "docker-compose",
    async up() {
      await installCompose();
      const origin = await prepare("compose");
      await run(TAGS.old, "up", "--detach", "postgres", "redis");
      await eventually("PostgreSQL of docker-compose takes the migrations", () =>
        once(TAGS.old, "migrate").catch(() => undefined),
      );
      await once(TAGS.old, "collectstatic");
      await start(TAGS.old);
      await serves(origin);
      return origin;
    },
    async change(tag) {
      await once(tag, "migrate");
      await once(tag, "collectstatic");
      await start(tag);
    },
    nothing: async () => void (await start(TAGS.old)),
    async down() {
      await run(TAGS.old, "down", "--volumes", "--timeout", "5");
      await rm(FOLDER, { recursive: true });
    },
  };
}

/** The same with Swarm's own rolling update, each service waited for: the command itself does not wait. */
export function stackDeploy(images: Images): Contender {
  const once = (tag: string, ...command: string[]): Promise<unknown> =>
    docker([
      ...["run", "--rm", "--network", `${NAME}_default`, "--volume", `${NAME}_static:/app/static`],
      ...Object.entries(ENVIRONMENT).flatMap(([name, value]) => ["--env", `${name}=${value}`]),
      ...[images[tag] ?? "", "python3", "manage.py", ...command, "--noinput"],
    ]);
  const deploy = (tag: string): Promise<unknown> =>
    execa("docker", ["stack", "deploy", "--compose-file", "stack.yaml", "--resolve-image", "never", NAME], {
      cwd: FOLDER,
      env: { IMAGE: images[tag] ?? "" },
    });
  return {
    name: "docker stack deploy",
    async up() {
      const origin = await prepare("stack");
      await deploy(TAGS.old);
      await eventually("PostgreSQL of the stack takes the migrations", () =>
        once(TAGS.old, "migrate").catch(() => undefined),
      );
      await once(TAGS.old, "collectstatic");
      await serves(origin);
      await rolled(images[TAGS.old] ?? "");
      return origin;
    },
    async change(tag) {
      await once(tag, "migrate");
      await once(tag, "collectstatic");
      await deploy(tag);
      await rolled(images[tag] ?? "");
    },
    async nothing() {
      await deploy(TAGS.old);
      await rolled(images[TAGS.old] ?? "");
    },
    async down() {
      await docker(["stack", "rm", NAME]);
      await eventually(
        "the stack is gone",
        async () => {
          const left = await lines(docker, ["ps", "--all", "--quiet", "--filter", `label=${STACK}=${NAME}`]);
          if (left.length > 0) return undefined;
          // By name: those that a step before the stack made have no label.
          const volumes = await lines(docker, ["volume", "ls", "--quiet", "--filter", `name=^${NAME}_`]);
          return docker(["volume", "rm", ...volumes]).catch(() => undefined);
        },
        60_000,
      );
      await rm(FOLDER, { recursive: true });
    },
  };
}

const STACK = "com.docker.stack.namespace";

const ENVIRONMENT: Record<string, string> = {
  DATABASE_URL: "postgresql://shop:shop@postgres:5432/postgres",
  REDIS_URL: "redis://redis:6379/0",
  DJANGO_SECRET_KEY: "of the benchmark alone, with nothing behind it to lose",
};

/** The whole application as one file; what a stack and docker-compose read differs in little. */
export function file(
  kind: "stack" | "compose",
  its: { port: number; nginx: string; postgres: string; redis: string },
): object {
  // Where the kernel has no IPVS, only names that lead to the tasks themselves work.
  const deploy = (more: object = {}): object =>
    kind === "stack" ? { deploy: { endpoint_mode: "dnsrr", ...more } } : {};
  const rolling = (order: string): object => ({
    update_config: { order, parallelism: 1, monitor: "3s", failure_action: "rollback" },
  });
  const application = {
    image: "${IMAGE}",
    environment: ENVIRONMENT,
    volumes: ["media:/app/media", "static:/app/static"],
    stop_grace_period: "30s",
  };
  return {
    version: "3.8",
    services: {
      postgres: {
        image: its.postgres,
        entrypoint: ["bash", "-c", POSTGRES],
        volumes: ["postgres:/var/lib/postgresql"],
        ...deploy(),
      },
      redis: {
        image: its.redis,
        entrypoint: ["redis-server", "--protected-mode", "no", "--appendonly", "yes", "--dir", "/data"],
        volumes: ["redis:/data"],
        ...deploy(),
      },
      web: {
        ...application,
        healthcheck: {
          test: ["CMD", "python3", "-c", READY],
          interval: "2s",
          timeout: "5s",
          retries: 5,
          start_period: "60s",
        },
        ...deploy({ replicas: 2, ...rolling("start-first") }),
      },
      worker: {
        ...application,
        command: ["celery", "--app", "shop", "worker", "--loglevel", "info", "--concurrency", "2"],
        ...deploy(rolling("start-first")),
      },
      beat: {
        ...application,
        command: ["celery", "--app", "shop", "beat", "--loglevel", "info", "--schedule", "/tmp/celerybeat-schedule"],
        ...deploy(rolling("stop-first")),
      },
      nginx: {
        image: its.nginx,
        entrypoint: ["nginx", "-e", "stderr", "-c", "/etc/bench/nginx.conf", "-g", "daemon off;"],
        volumes: [`${FOLDER}/nginx.conf:/etc/bench/nginx.conf:ro`, "static:/srv/static:ro", "media:/srv/media:ro"],
        ports: kind === "stack" ? [{ target: 8080, published: its.port, mode: "host" }] : [`${its.port}:8080`],
        ...deploy(),
      },
    },
    volumes: { postgres: {}, redis: {}, media: {}, static: {} },
    ...(kind === "stack" && { networks: { default: { driver: "overlay", attachable: true } } }),
  };
}

const READY = "import urllib.request as it; it.urlopen('http://127.0.0.1:8000/health/ready/', timeout=5)";

const POSTGRES = `set -eu
data=/var/lib/postgresql/bench
if [ ! -s "$$data/PG_VERSION" ]; then
  initdb --pgdata="$$data" --username=shop --auth=scram-sha-256 --pwfile=<(echo shop)
  echo "host all all all scram-sha-256" >>"$$data/pg_hba.conf"
fi
exec postgres -D "$$data" -c listen_addresses='*' -c unix_socket_directories=/tmp -c jit=off -c shared_buffers=64MB`;

/** As Tidemark's edge in what decides over a lost request: names are good for a second, and a dead task is passed over. */
const NGINX = `worker_processes auto;
pid /tmp/nginx.pid;
events {
  worker_connections 4096;
}
http {
  include /etc/nginx/mime.types;
  access_log /dev/stdout;
  ${["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((one) => `${one}_temp_path /tmp/${one};`).join("\n  ")}
  resolver 127.0.0.11 valid=1s ipv6=off;
  proxy_http_version 1.1;
  proxy_connect_timeout 2s;
  proxy_next_upstream error timeout;
  proxy_next_upstream_tries 3;
  proxy_set_header Host $http_host;
  proxy_set_header X-Forwarded-For $remote_addr;
  proxy_set_header X-Forwarded-Proto $scheme;
  proxy_set_header Connection "";
  server {
    listen 8080;
    location /static/ {
      alias /srv/static/;
    }
    location /media/ {
      alias /srv/media/;
    }
    location / {
      set $upstream http://web:8000;
      proxy_pass $upstream;
    }
  }
}
`;

async function prepare(kind: "stack" | "compose"): Promise<string> {
  const { nginx, postgres, redis } = await taggedCatalogue();
  const port = await freePort();
  await rm(FOLDER, { recursive: true, force: true });
  await mkdir(FOLDER, { recursive: true });
  await writeFile(path.join(FOLDER, "nginx.conf"), NGINX);
  const its = { port, nginx: nginx.tag, postgres: postgres.tag, redis: redis.tag };
  // Of 1.1, which docker-compose reads: a plain no is false there.
  await writeFile(path.join(FOLDER, `${kind}.yaml`), stringify(file(kind, its), { version: "1.1" }));
  return `http://127.0.0.1:${port}`;
}

async function installCompose(): Promise<void> {
  if (existsSync("/usr/bin/docker-compose")) return;
  const env = { DEBIAN_FRONTEND: "noninteractive" };
  await execa("apt-get", ["update", "-q"], { env });
  await execa("apt-get", ["install", "-y", "--no-install-recommends", "docker-compose"], { env });
}

async function serves(origin: string): Promise<void> {
  const visitor = new Visitor(origin);
  await eventually(
    `${origin} serves`,
    async () => (await visitor.ask("/health/ready/").catch(() => undefined))?.status === 200 || undefined,
    120_000,
  );
}

/** Every process runs that image, all of its tasks, and no update goes on. */
async function rolled(image: string): Promise<void> {
  const names = PROCESSES.map((name) => `${NAME}_${name}`);
  await eventually(
    `${names.join(", ")} run ${image}`,
    async () => {
      const services = await inspect<SwarmService>(docker, "service", names);
      const moved = services.every(
        ({ Spec, UpdateStatus }) =>
          Spec.TaskTemplate.ContainerSpec.Image === image && (UpdateStatus?.State ?? "completed") === "completed",
      );
      const replicas = await lines(docker, [
        "service",
        "ls",
        "--format",
        "{{.Replicas}}",
        "--filter",
        `label=${STACK}=${NAME}`,
      ]);
      return (moved && replicas.every((one) => one.split("/")[0] === one.split("/")[1])) || undefined;
    },
    180_000,
  );
}
