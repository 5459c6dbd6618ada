import assert from "node:assert/strict";
import { it } from "node:test";
import { backupSchema } from "./backup";

const problems = (backup: object): string[] =>
  (backupSchema.safeParse(backup).error?.issues ?? []).map(({ path, message }) => `${path.join(".")} ${message}`);

it("takes plans as one says them", () => {
  for (const full of ["every 90m", "daily 23:59", "monday 00:00", "monthly 31 03:00"])
    assert.deepEqual(problems({ schedule: { full } }), [], full);
});

it("says how a plan, a zone or an address is written", () => {
  assert.match(
    problems({ schedule: { full: "sundays at 2" } }).join(),
    /^schedule\.full is no plan, such as "every 4h"/,
  );
  assert.match(problems({ schedule: { full: "daily 24:00" } }).join(), /is no plan/);
  assert.match(problems({ schedule: { full: "monthly 32 03:00" } }).join(), /is no plan/);
  assert.match(problems({ zone: "Zurich" }).join(), /^zone is no zone, such as "Europe\/Zurich"/);
  const s3 = { bucket: "b", keyId: "S3_KEY_ID", key: "S3_KEY" };
  assert.match(problems({ s3: { ...s3, endpoint: "http://s3.example" } }).join(), /is not an https address/);
});
