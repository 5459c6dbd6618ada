import assert from "node:assert/strict";
import { it } from "node:test";
import { edgeJob, type EdgeService } from "./maintenance";

const edge = (mounts?: { Source: string; Target: string }[]): EdgeService => ({
  Spec: {
    TaskTemplate: {
      ContainerSpec: { Image: "nginx@sha256:1", ...(mounts && { Mounts: mounts }) },
      Placement: { Constraints: ["node.labels.public==yes"] },
    },
  },
});

it("runs where the edge runs, with the edge's own image and files", () => {
  const mounts = [
    { Source: "static", Target: "/srv/static" },
    { Source: "files", Target: "/etc/edge" },
  ];
  assert.deepEqual(edgeJob("shop-prod", edge(mounts), ["maintenance", "on", "--because", "a new disk"]), {
    name: "shop-prod-edge-maintenance",
    image: "nginx@sha256:1",
    user: "0",
    command: ["tidemark-edge", "maintenance", "on", "--because", "a new disk"],
    labels: { "tidemark.stack": "shop-prod", "tidemark.role": "job" },
    volumes: [{ source: "files", target: "/etc/edge" }],
    constraints: ["node.labels.public==yes"],
    limitSeconds: 60,
  });
});

it("refuses an edge whose files it cannot find", () =>
  assert.throws(
    () => edgeJob("shop-prod", edge(), ["over", "a migration"]),
    /shop-prod-edge has no volume at \/etc\/edge/,
  ));
