import { z } from "zod";
import { backupSchema } from "./backup";
import { buildSchema } from "./build";
import { databaseSchema } from "./database";
import { edgeSchema } from "./edge";
import { logsSchema } from "./logs";
import { maintenanceSchema } from "./maintenance";
import { mediaSchema } from "./media";
import { processSchema } from "./process";
import { notifySchema } from "./notify";
import { redisSchema } from "./redis";
import { releaseSchema } from "./release";
import { rotationSchema } from "./rotation";
import { smokeSchema } from "./smoke";
import { stoppedSchema } from "./stopped";
import { argv, environment, nameOf, path, placement } from "./words";

/** All that a person may write in Pulumi.<stack>.yaml. Types, defaults, errors, editor help and manual come from here. */
export const settingsSchema = z.strictObject({
  name: nameOf("the application")
    .describe("The application's name; with the stack's name it begins every name in Docker.")
    .meta({ examples: ["shop"] }),
  tag: z
    .string()
    .describe(
      "The release to run: the one line that a deploy or a rollback changes. Quote it, or YAML reads 1.10 as 1.1. " +
        "A digest may follow (1.4.2@sha256:…): then it is that very image, whatever is pushed under the tag.",
    )
    .meta({ examples: ["1.4.2"] }),
  throwAway: z
    .boolean()
    .default(false)
    .describe(
      "A stack whose data may be lost: `pulumi destroy` takes the volumes too, and Swarm may listen on loopback.",
    ),
  framework: z
    .enum(["django", "flask", "none"])
    .default("none")
    .describe(
      "Gives commands for migrations, static files, workers and beat their usual values. `none`: you name each.",
    ),
  celery: z
    .string()
    .optional()
    .describe("The Celery application, as in `celery -A`. Needed where a worker or beat has no command.")
    .meta({ examples: ["shop"] }),
  image: z
    .string()
    .optional()
    .describe("The image of every process that names none, without a tag: `tag` is added and the digest pinned.")
    .meta({ examples: ["registry.example/shop"] }),
  build: buildSchema.optional().describe("How `tidemark build TAG` makes the image from a clean checkout of that tag."),
  registry: z
    .strictObject({
      server: z
        .string()
        .describe("Where images are pushed and pulled.")
        .meta({ examples: ["registry.example"] }),
      username: z.string().optional().describe("Who signs in. Default: nobody does."),
      password: z.string().optional().describe("The NAME of the secret that holds the password."),
    })
    .optional()
    .describe("Without it, a registry on the server's own loopback holds the images. More than one node needs one."),
  docker: z
    .strictObject({
      host: z
        .string()
        .optional()
        .describe("The Docker host. Without it, the one that the `docker` command reaches.")
        .meta({ examples: ["ssh://deploy@shop.example"] }),
      nodes: z
        .int()
        .min(1)
        .default(1)
        .describe("How many nodes the Swarm has. Above 1, what holds a volume must be placed."),
      advertise: z
        .string()
        .optional()
        .describe("The address other nodes reach this one at. Only used when Swarm is initialised."),
      addressPool: z
        .string()
        .optional()
        .describe("Addresses for networks, when Swarm is initialised.")
        .meta({ examples: ["10.201.0.0/16"] }),
      registryPort: z.int().min(1).max(65535).default(5000).describe("Loopback port of the registry on the server."),
    })
    .prefault({})
    .describe("Where Docker is, and how its Swarm is made."),
  processes: z
    .record(nameOf("a process"), processSchema)
    .describe("What runs: name to process, each of kind web, worker, beat or frontend.")
    .meta({ examples: [{ web: { kind: "web", health: { path: "/health" } } }] }),
  edge: edgeSchema.prefault({}).describe("nginx, in front of all: ports, routes, TLS, limits."),
  database: databaseSchema,
  backup: backupSchema,
  redis: redisSchema,
  rotation: rotationSchema,
  env: environment
    .describe("Plain environment of web, worker, beat and jobs.")
    .meta({ examples: [{ DJANGO_SETTINGS_MODULE: "shop.settings" }] }),
  secrets: z
    .record(z.string().regex(/^[A-Z][A-Z0-9_]*$/, "is not a name of capitals, digits and _"), z.string())
    .default({})
    .describe(
      "Secret environment of web, worker, beat and jobs, each set by `pulumi config set --secret --path secrets.NAME`. " +
        "TIDEMARK_KEY is the one from which Tidemark makes the passwords of the database and of Redis; it is given to no process.",
    ),
  media: mediaSchema,
  static: z
    .strictObject({
      root: path
        .describe("STATIC_ROOT: where the image collects its static files.")
        .meta({ examples: ["/srv/static"] }),
      url: z.string().default("/static/").describe("STATIC_URL: where the edge serves them."),
      collect: argv.optional().describe("Collects them. Django: `python3 manage.py collectstatic --noinput`."),
    })
    .optional()
    .describe("Static files, collected once a release and served by the edge."),
  volumes: z
    .record(
      nameOf("a volume"),
      z.strictObject({
        driver: z.string().default("local").describe("The volume driver, as in `docker volume create --driver`."),
        options: environment
          .describe("The driver's options, as in `docker volume create --opt`.")
          .meta({ examples: [{ type: "nfs", o: "addr=10.0.0.5,rw", device: ":/exports" }] }),
        shared: z.boolean().default(false).describe("True where the driver shows every node the same files."),
        generation: z
          .int()
          .min(1)
          .default(1)
          .describe("Which volume is the live one. Raised, it begins anew, beside the old one."),
      }),
    )
    .default({})
    .describe("Further volumes of the processes; kept on delete."),
  release: releaseSchema,
  smoke: smokeSchema,
  maintenance: maintenanceSchema,
  stopped: stoppedSchema,
  notify: notifySchema,
  placement: placement.describe(
    "Node labels that every process, the data and the edge need, unless they say their own.",
  ),
  logs: logsSchema
    .prefault({})
    .describe("What processes write: how Docker holds it, and how long it is kept beyond their containers."),
});

/** The settings with every default filled in. */
export type Settings = z.output<typeof settingsSchema>;
