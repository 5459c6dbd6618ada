import assert from "node:assert/strict";
import { it } from "node:test";
import { keeperAdvice, keeperLines, period, type KeeperStatus } from "./keeper-status";

const now = Date.parse("2026-11-27T12:00:00Z");
const status = (more: Partial<KeeperStatus> = {}): KeeperStatus => ({
  since: "2026-11-01T00:00:00Z",
  behind: 60,
  archive: { waiting: 0, age: 0 },
  told: [],
  jobs: [
    { name: "full", when: "sunday 02:00", well: "2026-11-22T02:00:00Z" },
    { name: "incr", when: "every 4h", well: "2026-11-27T08:00:00Z" },
    {
      name: "drill",
      when: "sunday 04:00",
      well: "2026-11-22T04:00:00Z",
      last: { ok: true, ended: "2026-11-22T04:00:00Z", said: [], evidence: { rto: 12, rpo: 9, rows: 3 } },
    },
  ],
  ...more,
});

it("says how old what is, and that it is not away from the database's disk", () => {
  assert.deepEqual(keeperLines(status(), { volume: true }, now), [
    "backups: full 5 d 10 h ago, incr 4 h ago; the archive goes on",
    "drill: 5 d 8 h ago, back in 12 s, up to 9 s before it",
    "RED: the backups lie on the database's own disk alone. What outlives it: backup.s3",
  ]);
  const s3 = { bucket: "b", region: "eu-central-1", keyId: "A", key: "B" };
  const waiting = keeperLines(status({ archive: { waiting: 3, age: 40 } }), { volume: true, s3 }, now);
  assert.equal(waiting.length, 2);
  assert.match(waiting[0] ?? "", /goes on, 3 waiting for 40 s$/);
  assert.match(keeperLines(status({ archive: null }), { volume: true, s3 }, now)[0] ?? "", /does not answer$/);
});

it("has no advice while all is done in time", () => assert.deepEqual(keeperAdvice(status(), "prod", now), []));

it("tells what failed, what is late, and what people were told", () => {
  const [full, incr, drill] = status().jobs;
  const ill = keeperAdvice(
    status({
      told: ["3 files of changes wait to be archived", "drill failed 4 times: x"],
      jobs: [
        { ...full!, well: null },
        incr!,
        { ...drill!, last: { ok: false, ended: "2026-11-27T04:00:00Z", said: ["The drill of shop failed", "  why"] } },
      ],
    }),
    "prod",
    now,
  );
  assert.deepEqual(
    ill.map(({ what }) => what),
    [
      "3 files of changes wait to be archived",
      "The keeper's full, planned sunday 02:00, did not succeed for 26 d 12 h.",
      "The keeper's drill failed 8 h ago: The drill of shop failed   why",
    ],
  );
  assert.deepEqual(ill.at(-1)?.type, ["npx tidemark drill --stack prod", "npx tidemark logs keeper --stack prod"]);
});

it("knows how long it is from one time to the next", () =>
  assert.deepEqual(
    ["every 90m", "daily 02:00", "friday 02:00", "monthly 1 02:00"].map((when) => period(when) / 3600),
    [1.5, 24, 168, 1488],
  ));
