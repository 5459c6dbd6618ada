import assert from "node:assert/strict";
import { it } from "node:test";
import { sample, web } from "./sample";
import { volumes } from "./volumes";

const docker = { nodes: 2 };
const placed = { database: false, edge: { placement: { node: "one" } } };
const why = "With 2 nodes a task may start where its files are not.";

it("refuses a volume under processes which may run on different nodes", () => {
  const processes = {
    web: { ...web, volumes: { excel: "/srv/excel" }, placement: { node: "one" } },
    worker: { kind: "worker", volumes: { excel: "/srv/excel" } },
  };
  const its = { docker, ...placed, processes };
  assert.deepEqual(volumes(sample({ ...its, volumes: { excel: {} } })), [
    {
      at: "volumes.excel",
      got: "web on node=one, worker on any node",
      why,
      fix: "Give all of them the same placement, a label that one node has, or mark the volume shared.",
    },
  ]);
  assert.deepEqual(volumes(sample({ ...its, volumes: { excel: { shared: true } } })), []);
  assert.deepEqual(volumes(sample({ ...its, volumes: { excel: {} }, placement: { node: "one" } })), []);
  assert.deepEqual(volumes(sample({ ...its, volumes: { excel: {} }, docker: {} })), []);
});

it("refuses the same for media and static files, which the edge serves too", () =>
  assert.deepEqual(
    volumes(sample({ docker, ...placed, media: { path: "/srv/media" }, static: { root: "/srv/static" } })),
    [
      ["media", ", or make volumes.media with a shared driver."],
      ["static", "."],
    ].map(([at, end]) => ({
      at,
      got: "web on any node, edge on node=one",
      why,
      fix: `Give all of them the same placement, a label that one node has${end}`,
    })),
  ));

it("lets uploads be where a shared driver shows them to every node", () => {
  const its = { docker, ...placed, media: { path: "/srv/media" } };
  assert.deepEqual(volumes(sample({ ...its, volumes: { media: { driver: "nfs", shared: true } } })), []);
});

it("refuses the name of one of Tidemark's own volumes", () =>
  assert.deepEqual(
    volumes(
      sample({ redis: { redis: {} }, volumes: { static: {}, "redis-data": {}, "postgres-g2": {}, exports: {} } }),
    ),
    ["static", "redis-data", "postgres-g2"].map((name) => ({
      at: `volumes.${name}`,
      got: name,
      why: "A volume of that name is made by Tidemark.",
      fix: `Give it another name, such as app-${name}.`,
    })),
  ));

it("refuses data that could move to a node where it is not", () =>
  assert.deepEqual(
    volumes(sample({ docker, redis: { redis: {} } })),
    [
      ["edge.placement", "edge"],
      ["database.placement", "postgres"],
      ["redis.redis.placement", "redis"],
    ].map(([at, name]) => ({
      at,
      got: `${name} on any node`,
      why,
      fix: "Give it a placement, a label that one node has.",
    })),
  ));

it("refuses a volume that is not declared", () =>
  assert.deepEqual(volumes(sample({ processes: { web: { ...web, volumes: { excle: "/srv/excel" } } } })), [
    {
      at: "processes.web.volumes.excle",
      got: "/srv/excel",
      why: "There is no such volume.",
      fix: "Add volumes: { excle: {} }.",
    },
  ]));
