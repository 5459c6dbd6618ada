import assert from "node:assert/strict";
import { it } from "node:test";
import { shown } from "./shown";

it("shows values short and on one line", () => {
  assert.equal(shown(["edge", "port"], 0), "0");
  assert.equal(shown(["env", "TEXT"], "a\nb"), '"a\\nb"');
  assert.equal(shown(["env", "TEXT"], "x".repeat(100)).length, 61);
  assert.equal(shown(["edge", "hosts"], ["a", 1]), '["a", 1]');
  assert.equal(shown(["edge"], { port: 1, hosts: [] }), "{ port, hosts }");
  assert.equal(shown(["edge"], {}), "{}");
  assert.equal(shown(["name"], undefined), "nothing");
});

it("hides what is or may be a secret", () => {
  const value = "hunter2";
  for (const path of [
    ["secrets", "A"],
    ["env", "DB_PASSWORD"],
    ["processes", "web", "env", "STRIPE_API_KEY"],
    ["registry", "password"],
    ["edge", "tls", "key"],
    ["database", "external", "url"],
    ["processes", "web", "secrets", 0],
  ])
    assert.equal(shown(path, value), "(secret)");
  assert.equal(shown(["env", "URL"], "amqp://user:hunter2@mq.example/"), '"amqp://user:***@mq.example/"');
});

it("shows the name of a secret, which is none", () =>
  assert.equal(shown(["registry", "password"], "REGISTRY_PASSWORD"), '"REGISTRY_PASSWORD"'));
