import assert from "node:assert/strict";
import { it } from "node:test";
import { behindLauncher, oneOffSpec, type Specification } from "./one-off-spec";

const web: Specification = {
  Name: "shop-prod-web",
  Labels: { "tidemark.role": "web", "tidemark.revision": "651f5ebfd880" },
  Mode: { Replicated: { Replicas: 2 } },
  UpdateConfig: { Order: "start-first" },
  EndpointSpec: { Mode: "dnsrr", Ports: [{ PublishedPort: 80 }] },
  TaskTemplate: {
    ContainerSpec: {
      Image: "shop:1.4.2@sha256:9f",
      Command: ["/bin/sh", "/tidemark/launch", "--volume", "/srv/media", "8000", "60", "--", "gunicorn", "--", "shop"],
      Init: true,
      ReadOnly: true,
      User: "10001",
      CapabilityDrop: ["ALL"],
      Mounts: [{ Type: "volume", Source: "shop-prod-media-g1", Target: "/srv/media" }],
      Secrets: [{ SecretID: "s1" }],
      Configs: [{ ConfigID: "c1" }],
      StopGracePeriod: 70e9,
      Healthcheck: { Test: ["CMD", "/bin/sh", "/tidemark/probe"] },
    },
    Resources: { Limits: { MemoryBytes: 536870912 } },
    RestartPolicy: { Condition: "any" },
    Placement: { Constraints: ["node.labels.role==app"], Platforms: [{ OS: "linux" }] },
    Networks: [{ Target: "n1" }, { Target: "n2" }],
    LogDriver: { Name: "json-file", Options: { "max-size": "10485760" } },
    ForceUpdate: 7,
    Runtime: "container",
  },
};
const labels = { "tidemark.stack": "shop-prod", "tidemark.role": "run" };

it("has all that the process has, but for its command, its health and its life", () =>
  assert.deepEqual(
    oneOffSpec(web, { prefix: "shop-prod", name: "shop-prod-run-1", command: ["python3", "-V"], nodes: ["node1"] }),
    {
      Name: "shop-prod-run-1",
      Labels: labels,
      Mode: { Replicated: { Replicas: 1 } },
      EndpointSpec: { Mode: "dnsrr" },
      TaskTemplate: {
        ContainerSpec: {
          Image: "shop:1.4.2@sha256:9f",
          Command: ["/bin/sh", "/tidemark/launch", "--volume", "/srv/media", "0", "0", "--", "python3", "-V"],
          Init: true,
          ReadOnly: true,
          User: "10001",
          CapabilityDrop: ["ALL"],
          Mounts: [{ Type: "volume", Source: "shop-prod-media-g1", Target: "/srv/media" }],
          Secrets: [{ SecretID: "s1" }],
          Configs: [{ ConfigID: "c1" }],
          Labels: labels,
          StopGracePeriod: 10e9,
          Healthcheck: { Test: ["NONE"] },
        },
        Resources: { Limits: { MemoryBytes: 536870912 } },
        RestartPolicy: { Condition: "none" },
        Placement: { Constraints: ["node.labels.role==app", "node.id==node1"], Platforms: [{ OS: "linux" }] },
        Networks: [{ Target: "n1" }, { Target: "n2" }],
        LogDriver: { Name: "json-file", Options: { "max-size": "1g", "max-file": "2" } },
        ForceUpdate: 0,
        Runtime: "container",
      },
    },
  ));

it("leaves the place to Swarm where the process runs nowhere", () => {
  const { Placement } = oneOffSpec(web, { prefix: "p", name: "n", command: ["x"], nodes: [] }).TaskTemplate;
  assert.deepEqual(Placement?.Constraints, ["node.labels.role==app"]);
});

it("refuses what is not behind the launcher", () =>
  assert.throws(
    () => behindLauncher({ Name: "shop-prod-edge", TaskTemplate: { ContainerSpec: {} } }, ["x"]),
    /shop-prod-edge is no process of the application/,
  ));
