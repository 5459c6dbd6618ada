import assert from "node:assert/strict";
import { it } from "node:test";
import { settingsSchema } from "../../settings/schema";
import { keeperPlan } from "./keeper-plan";

interface Plan {
  heartbeat: number;
  behind: number;
  told?: string;
  jobs: { name: string; when: string; command: string[] }[];
}

const planned = (backup: object, notify?: Parameters<typeof keeperPlan>[0]["notify"]): Plan => {
  const parsed = settingsSchema.shape.backup.parse(backup) ?? assert.fail();
  return JSON.parse(keeperPlan({ prefix: "shop-prod", generation: 3, backup: parsed, notify })) as Plan;
};

it("backs up and drills without being asked for more", () => {
  const { heartbeat, behind, told, jobs } = planned({});
  assert.deepEqual([heartbeat, behind, told], [30, 60, undefined]);
  assert.deepEqual(
    jobs.map(({ name, when, command }) => `${name}, ${when}: ${command.join(" ")}`),
    [
      "full, sunday 02:00: tidemark-archive backup full shop-prod 3 /run/secrets/superuser",
      "diff, daily 02:30: tidemark-archive backup diff shop-prod 3 /run/secrets/superuser",
      "incr, every 4h: tidemark-archive backup incr shop-prod 3 /run/secrets/superuser",
      "drill, sunday 04:00: tidemark-archive drill shop-prod /run/secrets/superuser /var/lib/tidemark-keeper/drill",
    ],
  );
});

it("leaves out what is not wanted, and hands on how people are told", () => {
  const schedule = { diff: false, incr: false, drill: "monthly 1 03:00" };
  const { jobs, told } = planned({ schedule }, { format: "slack" });
  assert.deepEqual(
    jobs.map(({ name, when }) => `${name} ${when}`),
    ["full sunday 02:00", "drill monthly 1 03:00"],
  );
  assert.equal(told, '{"text":"shop-prod: @@"}');
});
