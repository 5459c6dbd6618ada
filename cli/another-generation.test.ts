import assert from "node:assert/strict";
import { it } from "node:test";
import { databaseFrom, mediaFrom } from "./another-generation";

it("knows by its form what is typed", () => {
  assert.equal(databaseFrom("latest"), "latest");
  assert.deepEqual(databaseFrom("2026-11-27T02:00+01:00"), { time: "2026-11-27T02:00+01:00" });
  assert.deepEqual(databaseFrom("end-of-1.4.1-7"), { mark: "end-of-1.4.1-7" });
  assert.deepEqual(databaseFrom("20261127-020000F"), { backup: "20261127-020000F" });
  assert.deepEqual(databaseFrom("20261127-020000F_20261127-030000I"), { backup: "20261127-020000F_20261127-030000I" });
});

for (const odd of ["2026-11-27T02:00:00", "yesterday", "20261127", ""])
  it(`says what can be typed in the place of "${odd}"`, () =>
    assert.throws(() => databaseFrom(odd), /what is that\?[\s\S]*latest[\s\S]*its zone[\s\S]*end-of-/));

it("knows a snapshot of uploads, and no backup of the database as one", () => {
  assert.deepEqual(mediaFrom("4f2a91c0"), { snapshot: "4f2a91c0" });
  assert.deepEqual(mediaFrom("end-of-1.4.1-7"), { mark: "end-of-1.4.1-7" });
  assert.equal(mediaFrom("latest"), "latest");
  assert.throws(() => mediaFrom("20261127-020000F"), /a backup of the database/);
});
