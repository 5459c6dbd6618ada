import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Pending } from "./look";
import { keptOut, obituary, type World } from "./migrate";

const pending = (name: string, more: Partial<Pending> = {}): Pending => ({
  name,
  maintenance: false,
  atomic: true,
  ...more,
});

const LOG = [
  "  Applying orders.0002_note... OK",
  "Traceback (most recent call last):",
  "  File …",
  'django.db.utils.ProgrammingError: relation "orders_account" does not exist',
  "  Applying orders.0003_account...",
];

function told(more: Partial<Pending> = {}, its: { together?: boolean; log?: string[] } = {}): string[] {
  const before = {
    ahead: [],
    pending: [pending("orders.0002_note"), pending("orders.0003_account", more)],
    together: its.together ?? false,
  };
  return obituary({ tag: "1.1.2", before }, { exitCode: 1, log: its.log ?? LOG }).split("\n");
}

describe("a migration that fails", () => {
  it("is named, with the database's own error, what became of it, and the log's end", () =>
    assert.deepEqual(told(), [
      "The last lines of its log:",
      ...LOG.map((line) => `  ${line}`),
      "migration orders.0003_account of 1.1.2 failed (exit code 1), so no service has moved:",
      '  django.db.utils.ProgrammingError: relation "orders_account" does not exist',
      "  PostgreSQL rolled all of it back. Those before it stay applied: orders.0002_note.",
    ]));

  it("takes those before it along where all were one transaction", () =>
    assert.ok(
      told({}, { together: true }).includes("  PostgreSQL rolled all of it back, and orders.0002_note with it."),
    ));

  it("may have left a part where it is in no transaction", () =>
    assert.ok(
      told({ atomic: false }).includes(
        "  It runs in no transaction, so a part of it may be in the database. Applied before it: orders.0002_note.",
      ),
    ));

  it("is told with how long a lock was waited for", () =>
    assert.match(
      told(
        {},
        {
          log: [
            "  Applying orders.0003_account...",
            "Traceback (most recent call last):",
            " F",
            "django.db.utils.OperationalError: canceling statement due to lock timeout",
          ],
        },
      ).join("\n"),
      /due to lock timeout\n {2}Somebody used the table for longer than release\.lockTimeout/,
    ));

  it("is not named where the log does not, nor is anything said of the database", () => {
    const text = obituary({ tag: "1.1.2" }, { exitCode: 3, log: ["cannot connect"] });
    assert.equal(
      text,
      "The last lines of its log:\n  cannot connect\nmigrate of 1.1.2 failed (exit code 3), so no service has moved:\n  cannot connect",
    );
  });
});

describe("visitors", () => {
  /** What happened, in order, where these migrations are pending. */
  async function seen(...all: Pending[]): Promise<unknown[]> {
    const seen: unknown[] = [];
    const world: Pick<World, "keepOut"> = {
      async keepOut(stack, why, work) {
        seen.push([stack, why]);
        return work().finally(() => seen.push("in again"));
      },
    };
    const release = { prefix: "shop-prod", tag: "1.1.2", images: {} };
    const job = { name: "", image: "", command: [], labels: {}, limitSeconds: 600 };
    await keptOut(world, { release, job, before: { ahead: [], together: false, pending: all } }, async () => {
      seen.push("work");
    });
    return seen;
  }

  it("are kept out while a migration runs that is marked so, and no longer than it may take", async () =>
    assert.deepEqual(await seen(pending("orders.0002_note"), pending("orders.0003_account", { maintenance: true })), [
      ["shop-prod", { because: "migration orders.0003_account", seconds: 600 }],
      "work",
      "in again",
    ]));

  it("notice nothing of others", async () => assert.deepEqual(await seen(pending("orders.0002_note")), ["work"]));
});
