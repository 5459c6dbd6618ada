import assert from "node:assert/strict";
import { it } from "node:test";
import { nodes } from "./nodes";
import { sample } from "./sample";

it("refuses several nodes without a registry", () => {
  assert.deepEqual(nodes(sample({ docker: { nodes: 2 } })), [
    {
      at: "registry",
      got: "nothing",
      why: "The 2 nodes have no place from which all can pull the images.",
      fix: "Name one: registry: { server: registry.example }.",
    },
  ]);
  assert.deepEqual(nodes(sample({ docker: { nodes: 2 }, registry: { server: "registry.example" } })), []);
});

it("refuses a database of its own on a machine that it cannot reach", () => {
  const docker = { host: "ssh://deploy@shop.example" };
  assert.deepEqual(
    nodes(sample({ docker })).map(({ at, got }) => [at, got]),
    [["docker.host", "ssh://deploy@shop.example"]],
  );
  const database = { external: { url: "DATABASE_URL" } };
  assert.deepEqual(nodes(sample({ docker, database, secrets: { DATABASE_URL: "postgres://x" } })), []);
  assert.deepEqual(nodes(sample({ docker, database: false })), []);
});
