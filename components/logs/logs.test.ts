import assert from "node:assert/strict";
import { it } from "node:test";
import { logsSchema } from "../../settings/logs";
import { application, ofType, SERVICE, the, VOLUME } from "../../test/program/application";
import { everything } from "../../test/program/everything";
import { revealed } from "../../test/program/secret";
import { keepCommand } from "./logs";

interface Spec {
  mode: object;
  taskSpec: {
    containerSpec: { args: string[]; mounts: { type: string }[]; capDrops: string[] };
    resources: { limits: { memoryBytes: number } };
  };
}

it("hands the keeper its times in seconds and the services by name", () =>
  assert.deepEqual(
    keepCommand({
      scope: { prefix: "shop-prod", throwAway: false, logs: { bytes: 1, files: 1 }, host: "", nodes: 1 },
      logs: logsSchema.parse({ keep: "14d", compress: "36h" }),
      services: ["shop-prod-edge", "shop-prod-web"],
    }),
    ["keep", "shop-prod", "1209600", "129600", "shop-prod-edge", "shop-prod-web"],
  ));

it("runs once on each node, small, and sees Docker's folder of containers read-only", async () => {
  const all = await application(everything(), { world: { root: "/data/docker" } });
  const { mode, taskSpec } = revealed(the(all, SERVICE, "shop-prod-logs-task").inputs) as Spec;
  const { mounts, capDrops, args } = taskSpec.containerSpec;
  assert.deepEqual(mode, { global: true });
  assert.equal(taskSpec.resources.limits.memoryBytes, 64 * 1024 ** 2);
  assert.deepEqual(capDrops, ["ALL"]);
  assert.deepEqual(
    mounts.filter(({ type }) => type !== "tmpfs"),
    [
      { type: "volume", source: "shop-prod-logs", target: "/logs", readOnly: false },
      {
        type: "bind",
        source: "/data/docker/containers",
        target: "/containers",
        readOnly: true,
        bindOptions: { propagation: "rslave" },
      },
    ],
  );
  assert.deepEqual(
    args.slice(4),
    ofType(all, SERVICE)
      .map(({ inputs }) => inputs.name)
      .sort(),
  );
});

for (const keep of ["0d", false])
  it(`is not there where nothing is to be kept: ${keep}`, async () => {
    const all = await application(everything({ logs: { keep } }));
    assert.deepEqual(
      all.filter(({ name }) => name.includes("-logs")),
      [],
    );
    assert.ok(ofType(all, VOLUME).length > 0);
  });
