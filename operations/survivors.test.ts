import assert from "node:assert/strict";
import { it } from "node:test";
import { processes, survivors, type Seen } from "./survivors";

const its = { folder: "/srv/shop", backend: "file:///srv/state" };
const seen = (pid: number, parent: number, argv: string[], more: Partial<Seen> = {}): Seen => ({
  pid,
  parent,
  argv,
  folder: its.folder,
  env: { PULUMI_BACKEND_URL: its.backend },
  ...more,
});
const PROGRAM = [
  "node",
  "/srv/shop/node_modules/@pulumi/pulumi/cmd/run/index.js",
  "--monitor",
  "127.0.0.1:2",
  "index.ts",
];
const HOST = "/cache/bin/pulumi-language-nodejs";
const PLUGIN = "/cache/plugins/resource-docker-v5.2.0/pulumi-resource-docker";

it("finds the helpers of this project's runs whose engine is gone, the program among them", () => {
  const all = [
    seen(1, 0, ["init"]),
    seen(2, 1, [HOST, "127.0.0.1:1"]),
    seen(3, 1, ["node", PLUGIN]),
    seen(4, 2, PROGRAM),
  ];
  assert.deepEqual(survivors(all, its), [2, 3, 4]);
  assert.deepEqual(survivors([seen(4, 1, PROGRAM), seen(5, 1, ["node", "/srv/shop/index.js"])], its), [4]);
});

it("leaves the helpers of a living run, of another folder and of another state", () => {
  const run = [seen(2, 1, ["pulumi", "up"]), seen(3, 2, [PLUGIN]), seen(6, 2, [HOST]), seen(7, 6, PROGRAM)];
  const elsewhere = seen(4, 1, [PLUGIN], { folder: "/srv/other" });
  const otherState = seen(5, 1, [PLUGIN], { env: { PULUMI_BACKEND_URL: "s3://bucket" } });
  assert.deepEqual(survivors([...run, elsewhere, otherState], its), []);
});

it("sees itself among the processes", async () => {
  const me = (await processes()).find(({ pid }) => pid === process.pid);
  assert.deepEqual([me?.parent, me?.folder, me?.env.PATH], [process.ppid, process.cwd(), process.env.PATH]);
});
