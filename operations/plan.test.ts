import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Look } from "./look";
import { planInWords, planOf, type Frame } from "./plan";

const pinned = (tag: string, digit: string): string => `127.0.0.1:5000/shop:${tag}@sha256:${digit.repeat(64)}`;

const FRAME: Frame = {
  stack: "prod",
  tag: "1.1.0",
  running: { web: pinned("1.0.0", "a"), worker: pinned("1.0.0", "a") },
  wanted: { web: pinned("1.1.0", "b"), worker: pinned("1.1.0", "b"), beat: pinned("1.1.0", "b") },
  checks: ["pytest -q"],
  accept: [],
  acceptedAnyway: [],
  onAhead: "refuse",
};

const LOOK: Look = {
  labels: ["shop"],
  known: [],
  applied: [],
  pending: [
    {
      name: "shop.0002_note",
      maintenance: false,
      atomic: true,
      sql: "--\n-- Add field note to order\n--\nALTER TABLE shop_order …;",
    },
    { name: "shop.0003_index", maintenance: true, atomic: false, sql: "CREATE INDEX CONCURRENTLY …;" },
  ],
  findings: [],
};

describe("a plan", () => {
  it("tells images, migrations with their SQL, maintenance and the preflight", () =>
    assert.equal(
      planInWords(planOf(FRAME, { look: LOOK, ahead: [] })).join("\n"),
      `What a deploy of 1.1.0 to prod would do; nothing was changed.

Processes
  web, worker: 1.0.0 (sha256:aaaaaaaaaaaa) -> 1.1.0 (sha256:bbbbbbbbbbbb)
  beat: nothing -> 1.1.0 (sha256:bbbbbbbbbbbb)

Migrations
  shop.0002_note
    --
    -- Add field note to order
    --
    ALTER TABLE shop_order …;
  shop.0003_index, in no transaction
    CREATE INDEX CONCURRENTLY …;

Maintenance
  on while shop.0003_index runs

Preflight
  would pass
  would also run: pytest -q`,
    ));

  it("tells what the preflight would refuse, and that nothing would be migrated", () => {
    const look = {
      ...LOOK,
      pending: [],
      findings: [{ id: "security.W009", level: "warning", text: "Weak." } as const],
    };
    const plan = planOf(FRAME, { look, ahead: [{ name: "shop.0004_buyer" }] });
    assert.equal(plan.preflight.passes, false);
    const text = planInWords(plan).join("\n");
    assert.match(
      text,
      /^Migrations\n {2}none would run, for the database is ahead of 1\.1\.0:\n {4}shop\.0004_buyer\n/m,
    );
    assert.match(
      text,
      /would refuse:\n {2}security\.W009: Weak\.\n {4}If it is meant so: pulumi config set --path 'release\.accept\[0\]' security\.W009 --stack prod\n/,
    );
    assert.match(text, /\n {2}The database is ahead of 1\.1\.0:/);
  });

  it("migrates nothing where the database is ahead and may be", () => {
    const plan = planOf({ ...FRAME, onAhead: "allow" }, { look: LOOK, ahead: [{ name: "shop.0004_buyer" }] });
    assert.deepEqual([plan.preflight.passes, plan.migrations, plan.maintenance], [true, [], []]);
  });

  it("tells why it does not know", () => {
    const plan = planOf({ ...FRAME, running: {} }, { unknown: "nothing runs yet" });
    assert.equal(plan.migrations, null);
    assert.match(planInWords(plan).join("\n"), /Migrations\n {2}nothing runs yet\n\nMaintenance\n {2}cannot be told\n/);
  });

  it("says so when nothing would move", () => {
    const words = planInWords(
      planOf({ ...FRAME, running: FRAME.wanted }, { look: { ...LOOK, pending: [] }, ahead: [] }),
    );
    assert.deepEqual(words.slice(2, 7), [
      "Processes",
      "  every one runs what it is to run",
      "",
      "Migrations",
      "  none is pending",
    ]);
  });
});
