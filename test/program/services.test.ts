import assert from "node:assert/strict";
import { before, it } from "node:test";
import * as pulumi from "@pulumi/pulumi";
import { providerArgs } from "../../components/swarm/provider";
import { scopeOf } from "../../components/swarm/scope";
import { servicesOf } from "../../settings/services";
import { application, ofType, SERVICE } from "./application";
import { everything } from "./everything";
import { jobsOf } from "./jobs";
import { revealed } from "./secret";
import { processes } from "./seen";

interface Change {
  parallelism: number;
  delay: string;
  monitor: string;
  maxFailureRatio: string;
  order: string;
  failureAction: string;
}

/** What is looked at here of a service's inputs. */
interface Spec {
  name: string;
  labels: { label: string; value: string }[];
  mode: { replicated?: { replicas: number }; global?: boolean };
  auth?: object;
  updateConfig: Change;
  rollbackConfig: Change;
  endpointSpec: { mode: string; ports: { publishedPort: number; targetPort: number; publishMode: string }[] };
  taskSpec: {
    containerSpec: {
      image: string;
      init: boolean;
      readOnly: boolean;
      stopGracePeriod: string;
      capDrops: string[];
      capAdds?: string[];
      user?: string;
      commands?: string[];
      args?: string[];
      env?: Record<string, string>;
      secrets: { secretId: string; fileName: string; fileMode: number }[];
      healthcheck?: { tests: string[]; interval: string; timeout: string; startPeriod: string };
      mounts: { type: string; target: string }[];
    };
    restartPolicy: object;
    networksAdvanceds: { id?: string; name?: string }[];
    resources: { limits: { memoryBytes: number; nanoCpus?: number } };
    placement: { constraints: string[] };
    logDriver: { name: string; options: Record<string, string> };
  };
}

let specs: Spec[];
before(async () => {
  const services = ofType(await application(everything()), SERVICE);
  specs = services.map(({ inputs }) => revealed(inputs) as Spec);
});

const one = (its: string): Spec => specs.find(({ name }) => name === `shop-prod-${its}`) ?? assert.fail(`no ${its}`);

it("makes one service for each process, and those of the data and the edge", () =>
  assert.deepEqual(
    specs.map(({ name }) => name).sort(),
    ["beat", "broker", "edge", "front", "logs", "postgres", "postgres-access", "web", "worker"].map(
      (its) => `shop-prod-${its}`,
    ),
  ));

it("names all of them where the settings are asked for the services", () =>
  assert.deepEqual(servicesOf(everything()), specs.map(({ name }) => name.slice("shop-prod-".length)).sort()));

it("leaves no field to the provider's zero", () => {
  for (const { name, taskSpec, updateConfig, rollbackConfig, endpointSpec, mode, labels } of specs) {
    const { containerSpec } = taskSpec;
    assert.ok(mode.global === true || (mode.replicated?.replicas ?? 0) >= 1, name);
    assert.equal(containerSpec.init, true, name);
    assert.equal(containerSpec.readOnly, true, name);
    assert.deepEqual(containerSpec.capDrops, ["ALL"], name);
    assert.equal(containerSpec.capAdds, undefined, name);
    assert.deepEqual(taskSpec.restartPolicy, { condition: "any", delay: "2s", maxAttempts: 0, window: "0s" }, name);
    assert.equal(endpointSpec.mode, "dnsrr", name);
    assert.ok(taskSpec.resources.limits.memoryBytes >= 64 * 1024 ** 2, name);
    assert.deepEqual(
      taskSpec.logDriver,
      { name: "json-file", options: { "max-size": "10485760", "max-file": "3" } },
      name,
    );
    for (const change of [updateConfig, rollbackConfig]) {
      assert.match(change.maxFailureRatio, /^\d\.\d$/, name);
      assert.equal(change.parallelism, 1, name);
      assert.equal(change.order, updateConfig.order, name);
    }
    assert.equal(updateConfig.failureAction, "rollback", name);
    assert.ok(
      labels.some(({ label, value }) => label === "tidemark.stack" && value === "shop-prod"),
      name,
    );
    assert.match(containerSpec.image, /@sha256:[0-9a-f]{64}$/, name);
  }
});

it("writes every duration as the provider reads it back", () => {
  const written = specs.flatMap(({ taskSpec: { containerSpec }, updateConfig, rollbackConfig }) => [
    containerSpec.stopGracePeriod,
    ...(containerSpec.healthcheck
      ? Object.values(containerSpec.healthcheck).filter((its) => typeof its === "string")
      : []),
    ...[updateConfig, rollbackConfig].flatMap(({ delay, monitor }) => [delay, monitor]),
  ]);
  const canonical = /^(\d+h([1-5]?\dm)?([1-5]?\ds)?|[1-5]?\dm([1-5]?\ds)?|[1-5]?\ds)$/;
  assert.deepEqual(
    written.filter((its) => !canonical.test(its) || /[hm]0[ms]$/.test(its)),
    [],
  );
  assert.deepEqual(
    [one("web"), one("worker"), one("front")].map((its) => its.taskSpec.containerSpec.stopGracePeriod),
    ["1m40s", "1h", "1m10s"],
  );
});

it("sets no environment, which the provider would shuffle and show, but for one variable that shows nothing", () => {
  const set = specs.filter(({ taskSpec }) => taskSpec.containerSpec.env);
  assert.deepEqual(
    set.map(({ name, taskSpec }) => [name, taskSpec.containerSpec.env]),
    [["shop-prod-broker", { TIDEMARK_PASSWORDS: '{{index .Service.Labels "tidemark.password"}}' }]],
  );
});

it("hands Redis its password's hash by a label alone, for that changes without a restart", async () => {
  const turned = ofType(await application(everything({ rotation: { database: 1, redis: 2 } })), SERVICE)
    .map(({ inputs }) => revealed(inputs) as Spec)
    .find(({ name }) => name === "shop-prod-broker");
  const { labels: before, ...same } = one("broker");
  const { labels: after, ...still } = turned ?? assert.fail("no broker");
  assert.deepEqual(still, same);
  const changed = after.filter(({ label, value }) => !before.some((its) => its.label === label && its.value === value));
  assert.deepEqual(
    changed.map(({ label }) => label),
    ["tidemark.password"],
  );
  assert.match(changed[0]!.value, /^[0-9a-f]{64}$/);
});

it("names networks by id, and the frontend does not see the data", () => {
  const networks = Object.fromEntries(specs.map(({ name, taskSpec }) => [name.slice(10), taskSpec.networksAdvanceds]));
  const front = { id: "shop-prod-front-overlay-id" };
  const back = { id: "shop-prod-back-overlay-id" };
  assert.deepEqual(networks, {
    web: [front, back],
    front: [front],
    edge: [front],
    worker: [back],
    beat: [back],
    postgres: [back],
    broker: [back],
    logs: [{ id: "shop-prod-logs-apart-overlay-id" }],
    "postgres-access": [{ id: "host" }],
  });
});

it("runs none of what is stopped, by the same revision, so that to stop and to start is no roll", async () => {
  const parts = async (stopped: unknown) =>
    Object.fromEntries(
      ofType(await application(everything({ stopped })), SERVICE)
        .map(({ inputs }) => revealed(inputs) as Spec)
        .map(({ name, mode, labels }) => {
          const revision = labels.find(({ label }) => label === "tidemark.revision")?.value;
          return [name.slice(10), { replicas: mode.replicated?.replicas, revision }] as const;
        }),
    );
  const [all, some, none] = [await parts([]), await parts(["worker"]), await parts(true)];
  const asleep = (its: typeof all) => Object.keys(its).filter((name) => its[name]?.replicas === 0);
  assert.deepEqual([asleep(all), asleep(some)], [[], ["worker"]]);
  assert.deepEqual(asleep(none).sort(), ["beat", "front", "web", "worker"]);
  for (const [name, { revision }] of Object.entries(all)) {
    assert.match(revision ?? "", /^[0-9a-f]{12}$/, name);
    assert.equal(none[name]?.revision, revision, name);
  }
});

it("publishes the edge's ports and no other", () => {
  assert.deepEqual(
    specs.flatMap(({ name, endpointSpec }) =>
      endpointSpec.ports.map((its) => `${name} ${its.publishMode} ${its.publishedPort}->${its.targetPort}`),
    ),
    ["shop-prod-edge host 80->8080", "shop-prod-edge host 443->8443"],
  );
});

it("stops what may run only once before the next one starts, within the minute that Swarm waits", () => {
  const first = specs.filter(({ updateConfig }) => updateConfig.order === "stop-first");
  assert.deepEqual(
    first.map(({ name }) => name).sort(),
    ["beat", "broker", "edge", "logs", "postgres", "postgres-access"].map((its) => `shop-prod-${its}`),
  );
  for (const { name, taskSpec } of first) {
    const [, minutes, seconds] = /^(?:(\d+)m)?(?:(\d+)s)?$/.exec(taskSpec.containerSpec.stopGracePeriod) ?? [];
    assert.ok(Number(minutes ?? 0) * 60 + Number(seconds ?? 0) <= 50, name);
  }
});

it("places the data and the edge where the settings say, and all else where the application is", () => {
  const constraints = Object.fromEntries(
    specs.map(({ name, taskSpec }) => [name.slice(10), taskSpec.placement.constraints.join()]),
  );
  const app = "node.labels.role==app";
  assert.deepEqual(constraints, {
    ...{ web: app, front: app, worker: app, beat: app, broker: app, edge: "node.labels.public==yes" },
    ...{ postgres: "node.labels.disk==fast", "postgres-access": "node.labels.disk==fast" },
    logs: "",
  });
});

it("names no login of the registry, for another password would make every service anew", () => {
  for (const { auth } of specs) assert.equal(auth, undefined);
});

it("hands the login of the registry to the provider, as a secret", async () => {
  const { registryAuth } = providerArgs(scopeOf(everything(), { host: "unix:///docker.sock" }, "prod"));
  const [login] = registryAuth as [{ address: string; username: string; password: pulumi.Output<string> }];
  assert.deepEqual([login.address, login.username], ["registry.example", "deploy"]);
  assert.equal(await pulumi.isSecret(login.password), true);
  assert.deepEqual(providerArgs({ host: "unix:///docker.sock" }), { host: "unix:///docker.sock" });
});

it("limits CPUs and memory as the settings say", () => {
  assert.deepEqual(one("worker").taskSpec.resources.limits, { memoryBytes: 1024 ** 3, nanoCpus: 1.5e9 });
  assert.deepEqual(one("web").taskSpec.resources.limits, { memoryBytes: 512 * 1024 ** 2 });
});

it("checks everything that serves or works, by a command without a shell of Docker's", () => {
  const tests = Object.fromEntries(
    specs.map(({ name, taskSpec }) => [name.slice(10), taskSpec.containerSpec.healthcheck?.tests.join(" ")]),
  );
  assert.deepEqual(tests, {
    web: "CMD /bin/sh /tidemark/probe http 8000 /live/ /ready/ shop.example 5 shop-prod-postgres 5432",
    front: "CMD /bin/sh /tidemark/probe http 8080 / / shop.example 5",
    worker: "CMD /bin/sh /tidemark/probe reached 6379",
    beat: "CMD /bin/sh /tidemark/probe reaches shop-prod-broker 6379",
    edge: "CMD tidemark-edge healthcheck",
    postgres: "CMD tidemark-postgres healthcheck",
    broker: "CMD tidemark-redis healthcheck /run/secrets/control",
    "postgres-access": undefined,
    logs: undefined,
  });
});

it("asks for the broker, not for an external cache that is named before it", async () => {
  const { broker, cache } = everything().redis;
  const { worker, beat } = processes(await application(everything({ redis: { cache, broker } })));
  assert.deepEqual([worker?.health, beat?.health], ["reached 6379", "reaches shop-prod-broker 6379"]);
});

it("asks for an external broker where it is", async () => {
  const outer = { external: { url: "CACHE_URL" }, use: "broker", variables: {} };
  const { worker, beat } = processes(await application(everything({ redis: { outer } })));
  assert.deepEqual([worker?.health, beat?.health], ["reached 6380", "reaches cache.example 6380"]);
});

it("hands every job its order by names, with the registry's rights, on the node that has its volumes", async () => {
  const orders = jobsOf(await application(everything()));
  const app = ["node.labels.role==app"];
  assert.deepEqual(Object.fromEntries(orders.map(({ name, constraints }) => [name, constraints])), {
    "shop-prod-broker-admit": app,
    "shop-prod-broker-keep": app,
    "shop-prod-edge-stage": ["node.labels.public==yes"],
    "shop-prod-edge-switch": ["node.labels.public==yes"],
    "shop-prod-exports-g1-fill": app,
    "shop-prod-maintenance-job": ["node.labels.public==yes"],
    "shop-prod-media-g1-fill": app,
    "shop-prod-postgres-end-sessions": ["node.labels.disk==fast"],
    "shop-prod-postgres-g1-fill": ["node.labels.disk==fast"],
    "shop-prod-preflight-look": app,
    "shop-prod-postgres-mark": ["node.labels.disk==fast"],
    "shop-prod-migrate-job": app,
    "shop-prod-static-of-collect": app,
  });
  for (const { name, registryAuth, secrets = [] } of orders) {
    assert.equal(registryAuth, true, name);
    for (const { source } of secrets) assert.match(source, /^shop-prod-.*-1a2b3c4$/);
  }
});
