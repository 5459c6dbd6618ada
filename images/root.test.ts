import assert from "node:assert/strict";
import { it } from "node:test";
import type { Docker } from "../operations/docker";
import { type Maker, type Workshop, chooseWay, ensureRoot } from "./root";

const maker: Maker = { hasMmdebstrap: true, canInstall: true, arch: "amd64", dockerArch: "amd64" };
const unused: Workshop = {
  look: async () => assert.fail("no need to look"),
  install: async () => assert.fail("no need to install"),
  make: async () => assert.fail("no need to make"),
};

it("makes Debian with the mmdebstrap that is there, else with one it may install", () => {
  assert.deepEqual(chooseWay(maker, "no such host"), { make: "at once" });
  assert.deepEqual(chooseWay({ ...maker, hasMmdebstrap: false }, "no such host"), { make: "after install" });
});

it("says what is missing and how to get it where it may not install", () => {
  const way = chooseWay({ ...maker, hasMmdebstrap: false, canInstall: false }, "no such host");
  assert.ok("refusal" in way);
  assert.match(
    way.refusal,
    /could not be pulled \(no such host\).*mmdebstrap.*is missing[\s\S]*apt-get install mmdebstrap/,
  );
});

it("does not make it for another processor", () => {
  const way = chooseWay({ ...maker, dockerArch: "arm64" }, "no such host");
  assert.ok("refusal" in way);
  assert.match(way.refusal, /an? amd64 machine does not make it for an? arm64 Docker host/);
});

it("takes the one that can be pulled, under its own name", async () => {
  const did: string[] = [];
  const docker: Docker = async (args) => {
    if (args[0] !== "image") did.push(args.join(" "));
    return "";
  };
  assert.equal((await ensureRoot(docker, unused)).from, "pulled");
  assert.deepEqual(did, ["pull --quiet debian:trixie-slim", "tag debian:trixie-slim tidemark-root:trixie"]);
});

it("leaves the one that is there alone", async () => {
  const docker: Docker = async (args) =>
    args.at(-1) === "tidemark-root:trixie" ? "sha256:1\n" : assert.fail(args.join(" "));
  assert.equal((await ensureRoot(docker, unused)).from, "there");
});

it("does not take a dead Docker for a missing image", async () => {
  const dead: Docker = async () => {
    throw new Error("Cannot connect to the Docker daemon");
  };
  await assert.rejects(ensureRoot(dead, unused), /Cannot connect/);
});
