import assert from "node:assert/strict";
import { it } from "node:test";
import type { Docker } from "./docker";
import { pin, qualified, storeOf, type Store } from "./pin";

const local: Store = { registry: { server: "127.0.0.1:5000" }, local: true, remote: false };

for (const [image, whole] of [
  ["shop", "127.0.0.1:5000/shop"],
  ["team/shop", "127.0.0.1:5000/team/shop"],
  ["registry.example/shop", "registry.example/shop"],
  ["registry.example:5443/team/shop", "registry.example:5443/team/shop"],
  ["host:5000/shop", "host:5000/shop"],
  ["localhost/shop", "localhost/shop"],
  ["shop.api", "127.0.0.1:5000/shop.api"],
] as const)
  it(`reads ${image} as ${whole}`, () => assert.equal(qualified(image, local), whole));

it("takes the registry of the settings, with its password, else the one on the Docker host", () => {
  const docker = { nodes: 1, registryPort: 5001 };
  assert.deepEqual(storeOf({ docker, secrets: {} }, "unix:///var/run/docker.sock"), {
    ...{ registry: { server: "127.0.0.1:5001" }, local: true, remote: false },
  });
  const registry = { server: "registry.example", username: "deploy", password: "REG" };
  assert.deepEqual(storeOf({ docker, registry, secrets: { REG: "hush" } }, "ssh://deploy@shop.example"), {
    ...{ registry: { server: "registry.example", username: "deploy", password: "hush" }, local: false, remote: true },
  });
});

it("asks another machine's Docker what it pushed, since its loopback is not ours", async () => {
  const asked: string[] = [];
  const docker: Docker = async (args) => {
    asked.push(args.join(" "));
    return JSON.stringify([{ RepoDigests: ["other/shop@sha256:1", "127.0.0.1:5000/shop@sha256:2"] }]);
  };
  assert.equal(await pin(docker, { ...local, remote: true }, "shop", "1.4.2"), "127.0.0.1:5000/shop:1.4.2@sha256:2");
  assert.deepEqual(asked, ["image inspect 127.0.0.1:5000/shop:1.4.2"]);
});
