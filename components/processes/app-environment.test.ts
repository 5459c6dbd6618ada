import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { sample } from "../../settings/checks/sample";
import { loginsOf, type Login } from "../data/logins";
import { Passwords } from "../data/passwords";
import { redisPassword } from "../data/redis-login";
import { appEnvironment, processEnvironment } from "./app-environment";

const passwords = new Passwords("key", "shop-prod");
const { active, owner } = loginsOf("shop", passwords);
const hosts = { prefix: "shop-prod", database: "shop" };
const of = (other: Record<string, unknown>, login: Login = active) =>
  appEnvironment(sample(other), hosts, passwords, login);

it("composes the URL of the stack's own database with the login that it is given", () => {
  assert.deepEqual(of({}), { DATABASE_URL: `postgres://shop_app_a:${active.password}@shop-prod-postgres:5432/shop` });
  assert.match(of({}, owner).DATABASE_URL!, /^postgres:\/\/shop_owner:/);
});

it("fills every word of a variable", () =>
  assert.deepEqual(of({ database: { variables: { DB: "{host} {port} {name} {user} {password} {unknown}" } } }), {
    DB: `shop-prod-postgres 5432 shop shop_app_a ${active.password} {unknown}`,
  }));

it("gives no database where there is none", () => assert.deepEqual(of({ database: false }), {}));

it("takes an external server's words from its secret URL, decoded", () => {
  const secrets = {
    TIDEMARK_KEY: "k",
    OUTER: "postgres://me:p%40ss%2Fword@db.example:6543/their_db",
    CACHE: "rediss://:s%3Acret@cache.example:6380/2",
  };
  const environment = of({
    secrets,
    database: {
      external: { url: "OUTER" },
      variables: { URL: "{url}", PARTS: "{host}|{port}|{name}|{user}|{password}" },
    },
    redis: {
      cache: { external: { url: "CACHE" }, variables: { REDIS: "{url}", REDIS_PARTS: "{host}|{port}|{password}" } },
    },
  });
  assert.equal(environment.URL, secrets.OUTER);
  assert.equal(environment.PARTS, "db.example|6543|their_db|me|p@ss/word");
  assert.equal(environment.REDIS, secrets.CACHE);
  assert.equal(environment.REDIS_PARTS, "cache.example|6380|s:cret");
});

it("composes the URL of each Redis of the stack's own, each with its own password", () => {
  const { CACHE, BROKER } = of({
    redis: { cache: { variables: { CACHE: "{url}/0" } }, broker: { variables: { BROKER: "{url}/1" } } },
  });
  assert.equal(CACHE, `redis://:${redisPassword("shop-prod-cache", passwords)}@shop-prod-cache:6379/0`);
  assert.equal(BROKER, `redis://:${redisPassword("shop-prod-broker", passwords)}@shop-prod-broker:6379/1`);
  assert.notEqual(redisPassword("shop-prod-cache", passwords), redisPassword("shop-prod-broker", passwords));
});

it("keeps for itself the key, the registry's password and the TLS key", () => {
  const environment = of({
    secrets: { TIDEMARK_KEY: "k", REG: "r", TLS: "t", API: "a" },
    registry: { server: "registry.example", username: "deploy", password: "REG" },
    edge: { tls: { certificate: "c", key: "TLS" } },
    database: false,
  });
  assert.deepEqual(environment, { API: "a" });
});

describe("one process", () => {
  const settings = sample({
    env: { MODE: "all", LEVEL: "1" },
    secrets: { TIDEMARK_KEY: "k", API: "a-secret", MAIL: "m-secret" },
    database: false,
    processes: {
      web: { kind: "web", health: { path: "/" }, env: { LEVEL: "2" } },
      mailer: { kind: "worker", command: ["mail"], secrets: ["MAIL"] },
      lonely: { kind: "worker", command: ["x"], secrets: [] },
      front: { kind: "frontend", health: { path: "/" }, env: { TITLE: "Shop" } },
      caller: { kind: "frontend", health: { path: "/" }, secrets: ["API"] },
    },
  });
  const application = appEnvironment(settings, hosts, passwords, active);
  const given = (name: string) => processEnvironment(settings, settings.processes[name]!, application);

  it("gets all of the application's, with its own laid over", () =>
    assert.deepEqual(given("web"), { MODE: "all", LEVEL: "2", API: "a-secret", MAIL: "m-secret" }));

  it("gets only the secrets that it names", () => {
    assert.deepEqual(given("mailer"), { MODE: "all", LEVEL: "1", MAIL: "m-secret" });
    assert.deepEqual(given("lonely"), { MODE: "all", LEVEL: "1" });
  });

  it("of kind frontend gets only its own", () => {
    assert.deepEqual(given("front"), { TITLE: "Shop" });
    assert.deepEqual(given("caller"), { API: "a-secret" });
  });
});

it("keeps the way to an external server where its secret has the variable's name and is not among the process's own", () => {
  const settings = sample({
    secrets: { TIDEMARK_KEY: "k", DATABASE_URL: "postgres://u:p@db.example/x" },
    database: { external: { url: "DATABASE_URL" } },
    processes: { web: { kind: "web", health: { path: "/" }, secrets: [] } },
  });
  const application = appEnvironment(settings, hosts, passwords, active);
  assert.deepEqual(processEnvironment(settings, settings.processes.web!, application), {
    DATABASE_URL: "postgres://u:p@db.example/x",
  });
});
