import assert from "node:assert/strict";
import { it } from "node:test";
import { DockerError } from "./docker";
import { isGeneration, sweep } from "./sweep";

it("knows the volumes of a stack's data by their names", () => {
  const bases = ["shop-dev-postgres", "shop-dev-media"];
  const names = [
    "shop-dev-postgres-g1",
    "shop-dev-media-g12",
    "shop-dev-postgres-gold",
    "shop-dev-postgres-g1-record",
    "shop-dev-2-postgres-g1",
  ];
  assert.deepEqual(
    names.filter((name) => isGeneration(name, bases)),
    ["shop-dev-postgres-g1", "shop-dev-media-g12"],
  );
});

it("removes what has the label, the containers of services that are gone, and lost volumes without a label", async () => {
  const removed: string[] = [];
  await sweep(
    async (args) => {
      const line = args.join(" ");
      if (args[1] === "rm") return (removed.push(line), "");
      if (line === "volume ls --quiet") return "shop-dev-media-g1\nshop-dev-postgres-g1\nanother-postgres-g1";
      if (line.startsWith("volume ls")) return "shop-dev-media-g1";
      if (line.endsWith("label=com.docker.swarm.service.name=shop-dev-web")) return "task1";
      if (line.startsWith("ps --all --quiet --filter label=tidemark.stack")) return "job1";
      return line.startsWith("network ls") ? "n1" : "";
    },
    {
      label: "tidemark.stack=shop-dev",
      services: ["shop-dev-web"],
      bases: ["shop-dev-postgres", "shop-dev-media"],
      backups: [],
    },
  );
  assert.deepEqual(removed, [
    "container rm --force task1",
    "container rm --force job1",
    "network rm n1",
    "volume rm shop-dev-media-g1",
    "volume rm shop-dev-postgres-g1",
  ]);
});

it("forgives what is gone already, and nothing else", async () => {
  const failing = (said: string) =>
    sweep(
      async (args) => {
        if (args[1] === "rm") throw new DockerError(args, said, 1);
        return args[0] === "service" ? "web" : "";
      },
      { label: "l", services: [], bases: [], backups: [] },
    );
  await failing("Error: No such service: web");
  await assert.rejects(failing("permission denied"), /permission denied/);
});
