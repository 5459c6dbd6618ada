import assert from "node:assert/strict";
import { it } from "node:test";
import { keeperJob, backUp, type KeeperService } from "./archive";

const keeper: KeeperService = {
  Spec: {
    Labels: { "tidemark.generation": "3" },
    TaskTemplate: {
      ContainerSpec: {
        Image: "keeper@sha256:1",
        Mounts: [
          { Source: "shop-prod-postgres-g3", Target: "/var/lib/postgresql/data" },
          { Source: "shop-prod-archive", Target: "/var/lib/pgbackrest" },
          { Target: "/tmp" },
        ],
        Secrets: [{ SecretName: "shop-prod-archive-file-secret-1a2b3c4", File: { Name: "archive" } }],
        Configs: [{ ConfigName: "shop-prod-postgres-conf-config-1a2b3c4", File: { Name: "/etc/tidemark/x.conf" } }],
      },
      Placement: { Constraints: ["node.labels.disk==fast"] },
    },
  },
};

it("works where the keeper is, with its image, its volumes and its secrets", () =>
  assert.deepEqual(keeperJob("shop-prod", keeper, ["tidemark-archive", "list", "shop-prod"]), {
    name: "shop-prod-keeper-list",
    image: "keeper@sha256:1",
    user: "0",
    command: ["tidemark-archive", "list", "shop-prod"],
    labels: { "tidemark.stack": "shop-prod", "tidemark.role": "job" },
    secrets: [{ source: "shop-prod-archive-file-secret-1a2b3c4", target: "archive" }],
    configs: [{ source: "shop-prod-postgres-conf-config-1a2b3c4", target: "/etc/tidemark/x.conf" }],
    volumes: [
      { source: "shop-prod-postgres-g3", target: "/var/lib/postgresql/data" },
      { source: "shop-prod-archive", target: "/var/lib/pgbackrest" },
    ],
    constraints: ["node.labels.disk==fast"],
    limitSeconds: 14_400,
  }));

it("says what to write where nothing is kept", async () => {
  const docker = (): Promise<string> => Promise.resolve("[]");
  const world = { docker, follow: () => Promise.resolve(true), say: () => undefined };
  await assert.rejects(backUp(world, "shop-prod", "full"), {
    message:
      "There is no shop-prod-keeper on this Docker host, so there is no backup, and nothing was done.\n" +
      "  Add to the stack's file: tidemark:backup: {}",
  });
});
