import assert from "node:assert/strict";
import { it } from "node:test";
import { findInDatabase, findInDocker } from "./find-real";

it("finds what Docker has by its name, each kind by the id that its provider gives it", async () => {
  const answers: Record<string, object> = {
    service: { ID: "s1" },
    network: { Id: "n1" },
    volume: { Name: "data" },
    secret: { ID: "x1" },
    config: { ID: "c1" },
  };
  const find = findInDocker(async ([kind = ""]) => JSON.stringify([answers[kind]]));
  const types = ["service:Service", "network:Network", "volume:Volume", "secret:Secret", "serviceConfig:ServiceConfig"];
  const found = await Promise.all(types.map((type) => find(`docker:index/${type}`, { name: "data" })));
  assert.deepEqual(found, ["s1", "n1", "data", "x1", "c1"]);
  assert.equal(await find("command:local:Command", { name: "data" }), undefined);
  assert.equal(await find("docker:index/service:Service", {}), undefined);
});

it("finds roles and databases, with the name as a value and never in the query", async () => {
  const asked: string[][] = [];
  const find = findInDatabase(async (sql, name) => asked.push([sql, name]) > 1);
  assert.equal(await find("postgresql:index/role:Role", { name: "o'hara" }), undefined);
  assert.equal(await find("postgresql:index/database:Database", { name: "shop" }), "shop");
  assert.deepEqual(asked, [
    ["SELECT 1 FROM pg_roles WHERE rolname = $1", "o'hara"],
    ["SELECT 1 FROM pg_database WHERE datname = $1", "shop"],
  ]);
});
