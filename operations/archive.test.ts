import assert from "node:assert/strict";
import { it } from "node:test";
import { archiveJob, backUp, type DatabaseService } from "./archive";

const service = (secrets: string[]): DatabaseService => ({
  Spec: {
    TaskTemplate: {
      ContainerSpec: {
        Image: "postgres@sha256:1",
        Args: ["serve", "shop-prod", "3"],
        Mounts: [
          { Source: "shop-prod-postgres-g3", Target: "/var/lib/postgresql/data" },
          { Source: "shop-prod-archive", Target: "/var/lib/pgbackrest" },
          { Target: "/tmp" },
        ],
        Secrets: secrets.map((name) => ({ SecretName: `shop-prod-${name}-1a2b3c4`, File: { Name: name } })),
      },
      Placement: { Constraints: ["node.labels.disk==fast"] },
    },
  },
});

it("works where the database is, with its image, its volumes and the file with the key", () =>
  assert.deepEqual(
    archiveJob(
      "shop-prod",
      { service: service(["archive"]), generation: "3", archive: "the-archive", superuser: "the-superuser" },
      ["list", "shop-prod"],
    ),
    {
      name: "shop-prod-archive-list",
      image: "postgres@sha256:1",
      user: "0",
      command: ["tidemark-archive", "list", "shop-prod"],
      labels: { "tidemark.stack": "shop-prod", "tidemark.role": "job" },
      secrets: [
        { source: "the-archive", target: "archive" },
        { source: "the-superuser", target: "superuser" },
      ],
      volumes: [
        { source: "shop-prod-postgres-g3", target: "/var/lib/postgresql/data" },
        { source: "shop-prod-archive", target: "/var/lib/pgbackrest" },
      ],
      constraints: ["node.labels.disk==fast"],
      limitSeconds: 14_400,
    },
  ));

it("says what to write where nothing is archived", async () => {
  const docker = (args: readonly string[]): Promise<string> =>
    Promise.resolve(args[0] === "service" ? JSON.stringify([service([])]) : "");
  const world = { docker, follow: () => Promise.resolve(true), say: () => undefined };
  await assert.rejects(backUp(world, "shop-prod", "full"), {
    message:
      "shop-prod-postgres archives nothing, so there is no backup.\n  Add to the stack's file: tidemark:backup: {}",
  });
});
