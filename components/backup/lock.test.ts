import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { leastLockDays, lockDays, lockProblems } from "./lock";

describe("the lock of a backup", () => {
  it("lasts until the oldest full backup is replaced, with one that fails on the way and a long weekend", () => {
    assert.equal(leastLockDays({ keep: 4, fullEvery: "1d" }), 8);
    assert.equal(leastLockDays({ keep: 4, fullEvery: "7d" }), 38);
    assert.equal(leastLockDays({ keep: 1, fullEvery: "6h" }), 4);
  });

  it("may be longer than that", () => {
    assert.equal(lockDays({ keep: 4, fullEvery: "1d" }), 8);
    assert.equal(lockDays({ keep: 4, fullEvery: "1d" }, { days: 90 }), 90);
    assert.deepEqual(lockProblems("b", { keep: 4, fullEvery: "1d" }, { days: 8 }), []);
  });

  it("is refused when a backup could be deleted while it is needed", () =>
    assert.deepEqual(lockProblems("b", { keep: 4, fullEvery: "1d" }, { days: 7 }), [
      {
        at: "b.lock.days",
        got: "7",
        why: "A backup could be deleted while it is needed: 4 full ones are kept, one each 1d.",
        fix: "Write 8 or more, or leave it out.",
      },
    ]));

  it("is refused in part of a day, and for longer than S3 can", () => {
    const at = (days: number): string[] =>
      lockProblems("b", { keep: 1, fullEvery: "1d" }, { days }).map(({ at }) => at);
    assert.deepEqual(at(9.5), ["b.lock.days"]);
    assert.deepEqual(at(36_501), ["b.lock.days"]);
    const ages = lockProblems("b", { keep: 40_000, fullEvery: "1d" });
    assert.deepEqual(
      ages.map(({ at, got }) => [at, got]),
      [["b.retention", "40004 days"]],
    );
  });

  it("cannot follow from a retention that keeps nothing", () =>
    assert.deepEqual(
      lockProblems("b", { keep: 0, fullEvery: "0d" }).map(({ at }) => at),
      ["b.retention.keep", "b.retention.fullEvery"],
    ));
});
