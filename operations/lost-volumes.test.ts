import assert from "node:assert/strict";
import { it } from "node:test";
import { settingsSchema } from "../settings/schema";
import { losable, type Losable } from "./losable";
import { lossProblem, lostAmong, lostVolumes, nextGeneration } from "./lost-volumes";

const data: Losable = {
  setting: "database.generation",
  generation: 1,
  base: "shop-dev-postgres",
  volume: "shop-dev-postgres-g1",
  path: "/data",
  backed: false,
};
const record = (volume: string) => ({
  Spec: {
    Name: `${volume}-record`,
    Data: Buffer.from(JSON.stringify({ volume, filled: "2026-11-20T10:11:12Z" })).toString("base64"),
  },
});
const ours = { "tidemark.stack": "shop-dev" };

it("calls a volume lost that was filled, and is gone or was made again by Swarm", () => {
  const now = (volumes: Parameters<typeof lostAmong>[2]) =>
    lostAmong([data], [record(data.volume)], volumes, []).map(({ now }) => now);
  assert.deepEqual(now([]), ["nothing"]);
  assert.deepEqual(now([{ Name: data.volume, Labels: null }]), ["an empty one that Swarm made"]);
  assert.deepEqual(now([{ Name: data.volume, Labels: ours }]), []);
});

it("asks Docker for the stack's records, and for all volumes", async () => {
  const api = async (_: string, path: string): Promise<unknown> =>
    path === "/volumes" ? { Volumes: null } : [record(data.volume)];
  assert.deepEqual(
    (await lostVolumes(api, "shop-dev", [data])).map(({ now, next }) => [now, next]),
    [["nothing", 2]],
  );
});

it("calls one that never was filled new", () =>
  assert.deepEqual(lostAmong([data], [record("shop-dev-media-g1")], [], []), []));

it("proposes a generation that never was, for a name serves once", () => {
  const names = [
    "shop-dev-postgres-g1-record",
    "shop-dev-postgres-g4-record",
    "shop-dev-postgres-g3",
    "shop-dev-postgres-gone",
    "shop-dev-postgres-2-g9",
  ];
  assert.equal(nextGeneration(data, names), 5);
  assert.equal(nextGeneration({ ...data, generation: 7 }, names), 8);
  assert.equal(nextGeneration(data, []), 2);
});

it("tells which setting, why, and what to set", () => {
  const [lost] = lostAmong([data], [record(data.volume)], [], []);
  assert.deepEqual(
    lossProblem(lost!, (verb) => `npx tidemark ${verb} --stack dev`),
    {
      at: "database.generation",
      got: "1",
      why: "Its volume shop-dev-postgres-g1, filled on 2026-11-20, is lost: there is nothing in its place, and an empty volume is not a new one.",
      fix: "If its data is gone for good, set 2, which begins anew, empty. To see what there is: npx tidemark status --stack dev",
    },
  );
});

it("knows the volumes that a stack can lose", () => {
  const settings = settingsSchema.parse({
    name: "shop",
    tag: "1",
    framework: "django",
    processes: { web: { kind: "web", health: { path: "/" }, volumes: { exports: "/srv/exports" } } },
    database: { generation: 3 },
    media: { path: "/app/media" },
    volumes: { exports: {} },
  });
  assert.deepEqual(
    losable(settings, "shop-dev").map(({ setting, volume, path }) => [setting, volume, path]),
    [
      ["database.generation", "shop-dev-postgres-g3", "/var/lib/postgresql/data"],
      ["media.generation", "shop-dev-media-g1", "/app/media"],
      ["volumes.exports.generation", "shop-dev-exports-g1", "/srv/exports"],
    ],
  );
});
