import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { isAbsolute } from "node:path";
import { it } from "node:test";
import { sample } from "../../settings/checks/sample";
import { constraints, labels, operationsInterpreter, scopeOf } from "./scope";

const world = { host: "unix:///var/run/docker.sock" };
const secrets = { TIDEMARK_KEY: "k", REG: "r" };

it("begins every name with the application's and the stack's", () =>
  assert.equal(scopeOf(sample(), world, "prod").prefix, "shop-prod"));

it("rotates logs and keeps data unless the settings say otherwise", () => {
  const { throwAway, logs, nodes, placement, registry } = scopeOf(sample(), world, "prod");
  assert.deepEqual(
    { throwAway, logs, nodes, placement, registry },
    {
      ...{
        throwAway: false,
        logs: { bytes: 10 * 1024 ** 2, files: 3 },
        nodes: 1,
        placement: undefined,
        registry: undefined,
      },
    },
  );
});

it("signs in to a registry that asks for a password, and to no other", () => {
  const registry = { server: "registry.example", username: "deploy", password: "REG" };
  assert.deepEqual(scopeOf(sample({ registry, secrets }), world, "prod").registry, { ...registry, password: "r" });
  assert.equal(
    scopeOf(sample({ registry: { server: "registry.example" }, secrets }), world, "prod").registry,
    undefined,
  );
});

it("labels everything with its stack, in one order", () => {
  const scope = scopeOf(sample(), world, "prod");
  assert.deepEqual(labels(scope, { "z.last": "1", "a.first": "2" }), [
    { label: "a.first", value: "2" },
    { label: "tidemark.stack", value: "shop-prod" },
    { label: "z.last", value: "1" },
  ]);
  assert.deepEqual(labels(scope, { "tidemark.stack": "another" }), [{ label: "tidemark.stack", value: "shop-prod" }]);
});

it("turns node labels into constraints, in one order", () => {
  assert.deepEqual(constraints({ zone: "b", disk: "fast" }), ["node.labels.disk==fast", "node.labels.zone==b"]);
  assert.deepEqual(constraints(undefined), []);
});

it("starts the operations without a path of this machine", () => {
  const [, , loader, entry] = operationsInterpreter;
  for (const file of [loader!, entry!]) {
    assert.equal(isAbsolute(file), false);
    assert.ok(existsSync(file), file);
  }
});
