import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Refusal } from "../../settings/refusal";
import { Bucket, type BucketArgs, bucketProblems } from "./bucket";

const right: BucketArgs = {
  scope: { prefix: "shop-prod", throwAway: false },
  retention: { keep: 4, fullEvery: "1d" },
};
const at = (name: string, more: Partial<BucketArgs>): string[] =>
  bucketProblems(name, { ...right, ...more }).map(({ at }) => at);

describe("a bucket for backups", () => {
  it("has nothing to say against a retention, a second region and a longer lock", () =>
    assert.deepEqual(at("b", { region: "eu-central-1", replica: { region: "eu-west-1" }, lock: { days: 90 } }), []));

  it("refuses a replica where the bucket itself is", () =>
    assert.deepEqual(bucketProblems("b", { ...right, region: "eu-west-1", replica: { region: "eu-west-1" } }), [
      {
        at: "b.replica.region",
        got: "eu-west-1",
        why: "What takes the first bucket away would take its replica along.",
        fix: "Write another region, such as one of the same country.",
      },
    ]));

  it("refuses a name that S3 or IAM would not take", () => {
    assert.deepEqual(at("Shop", {}), ["Shop"]);
    assert.deepEqual(at("a".repeat(39), {}), []);
    assert.deepEqual(at("a".repeat(40), {}), ["a".repeat(40)]);
  });

  it("refuses to break uploads off at once, and turns that cannot be counted", () =>
    assert.deepEqual(at("b", { abortUploadsDays: 0, turn: 1.5 }), ["b.abortUploadsDays", "b.turn"]));

  it("says all of it before anything is registered", () =>
    assert.throws(
      () => new Bucket("b", { ...right, lock: { days: 3 }, turn: 0 }),
      (error: unknown) => {
        assert.ok(error instanceof Refusal);
        assert.match(
          error.message,
          /^b: 2 to put right, nothing was touched\n {2}b\.lock\.days: 3 {2}A backup could be/,
        );
        return true;
      },
    ));
});
