import { z } from "zod";
import { duration, size } from "./units";
import { buildSchema } from "./build";
import { argv, environment, path, placement } from "./words";

const common = {
  image: z.string().optional().describe("Its own image, without a tag. Default: the application's."),
  tag: z.string().optional().describe("Its own tag, where it is released apart from the application."),
  build: buildSchema.optional().describe("How its own image is made, where it is not the application's."),
  command: argv
    .optional()
    .describe("What it runs. Default: the framework's, else the image's own ENTRYPOINT and CMD.")
    .meta({ examples: [["gunicorn", "--bind", "0.0.0.0:8000", "shop.wsgi"]] }),
  env: environment.describe("Laid over the application's `env`."),
  secrets: z.array(z.string()).optional().describe("Which of `secrets` it gets. Default: all; a frontend: none."),
  resources: z
    .strictObject({
      memory: size.default("512m").describe("Above it the kernel ends the process."),
      cpus: z.number().positive().optional().describe("How many CPUs it may use. Default: no limit."),
    })
    .prefault({})
    .describe("What it may use of its node."),
  grace: duration
    .optional()
    .describe("From SIGTERM until it is killed. Web: 10s after draining; worker: 5m; beat: 10s."),
  roll: z
    .enum(["start-first", "stop-first"])
    .optional()
    .describe(
      "start-first: the new one serves before the old one goes. Default, but for beat, of which there is only ever one.",
    ),
  volumes: z
    .record(z.string(), path)
    .default({})
    .describe("Volume name to path, for volumes that are declared under `volumes`.")
    .meta({ examples: [{ exports: "/srv/exports" }] }),
  readOnly: z.boolean().default(true).describe("Its root file system is read-only; /tmp is always writable."),
  user: z
    .string()
    .optional()
    .describe("Runs as this user. Default: the image's own; an image that says root is refused."),
  placement: placement.describe("Node labels that it needs. Default: the application's."),
};

const http = {
  replicas: z
    .int()
    .min(1)
    .default(2)
    .describe("How many. One has nothing to take over while it is restarted after a crash."),
  drain: duration
    .default("60s")
    .describe("How long open connections, websockets above all, may go on after it is replaced."),
  health: z
    .strictObject({
      path: z
        .string()
        .startsWith("/")
        .describe("Answers 2xx or 3xx when the process can serve. It should not ask the database.")
        .meta({ examples: ["/health/live/"] }),
      ready: z
        .string()
        .startsWith("/")
        .optional()
        .describe(
          "Asked instead of `path` until it answers for the first time: it may ask the database. While all of them answer it " +
            "with an error of their own (5xx), the edge lets nobody in and says that the application is away. Default: `path`.",
        ),
      host: z
        .string()
        .optional()
        .describe("The Host header of the question. Default: the edge's first host, else localhost."),
      every: duration.default("2s").describe("How often it is asked."),
      timeout: duration.default("5s").describe("An answer that takes longer is a failure."),
      retries: z.int().min(1).default(5).describe("After so many failures in a row Swarm replaces it."),
      start: duration.default("60s").describe("How long it may take to answer for the first time."),
    })
    .describe("How Docker asks whether it can serve."),
};

const web = z.strictObject({
  kind: z.literal("web").describe("An application server: requests, and websockets."),
  port: z.int().min(1).max(65535).default(8000).describe("Where it listens."),
  ...http,
  ...common,
});

const frontend = z.strictObject({
  kind: z
    .literal("frontend")
    .describe("Another program that answers requests, without the application's environment and secrets."),
  port: z.int().min(1).max(65535).default(8080).describe("Where it listens."),
  ...http,
  ...common,
});

const worker = z.strictObject({
  kind: z.literal("worker").describe("Works tasks from queues."),
  replicas: z.int().min(1).default(1).describe("How many; all take tasks from the same queues."),
  queues: z.array(z.string()).min(1).default(["celery"]).describe("The queues it takes tasks from."),
  concurrency: z.int().min(1).default(2).describe("How many tasks at once."),
  ...common,
});

const beat = z.strictObject({
  kind: z.literal("beat").describe("Sends tasks at their time."),
  replicas: z.literal(1).default(1).describe("Two would send every task twice."),
  ...common,
});

export const processSchema = z.discriminatedUnion("kind", [web, frontend, worker, beat]);

export type Process = z.output<typeof processSchema>;
export type HttpProcess = Extract<Process, { kind: "web" | "frontend" }>;
export type WorkerProcess = Extract<Process, { kind: "worker" }>;
export type BeatProcess = Extract<Process, { kind: "beat" }>;

/** A process that answers requests. */
export function isHttp(process: Process | undefined): process is HttpProcess {
  return process?.kind === "web" || process?.kind === "frontend";
}

/** In which order Swarm rolls it. */
export function rollOf({ kind, roll }: Process): "start-first" | "stop-first" {
  return roll ?? (kind === "beat" ? "stop-first" : "start-first");
}
