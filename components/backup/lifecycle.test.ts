import assert from "node:assert/strict";
import { it } from "node:test";
import { lifecycleRules } from "./lifecycle";

it("lets old versions go after the lock and unfinished uploads after some days", () =>
  assert.deepEqual(lifecycleRules({ lockDays: 38, abortUploadsDays: 7 }), [
    {
      id: "old-versions",
      status: "Enabled",
      filter: { prefix: "" },
      noncurrentVersionExpiration: { noncurrentDays: 38 },
      expiration: { expiredObjectDeleteMarker: true },
    },
    {
      id: "unfinished-uploads",
      status: "Enabled",
      filter: { prefix: "" },
      abortIncompleteMultipartUpload: { daysAfterInitiation: 7 },
    },
  ]));

it("never lets a file go that is there", () => {
  for (const { expiration, transitions } of lifecycleRules({ lockDays: 8, abortUploadsDays: 1 })) {
    assert.ok(expiration?.days === undefined && expiration?.date === undefined);
    assert.equal(transitions, undefined);
  }
});
