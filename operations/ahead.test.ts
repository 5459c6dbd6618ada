import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ahead, type Sides } from "./ahead";
import type { Known } from "./look";

const one = (name: string, more: Partial<Known> = {}): Known => ({ name, replaces: [], maintenance: false, ...more });

const FIRST = one("shop.0001_initial");
const NOTE = one("shop.0002_note");
const BUYER = one("shop.0003_buyer");
const SQUASH = one("shop.0001_squashed_0002", { replaces: ["shop.0001_initial", "shop.0002_note"] });

function django(its: Partial<Sides> & { known: Known[]; labels?: string[] }): string[] {
  const { known, labels = ["shop"], ...sides } = its;
  return ahead({ applied: [], running: [], target: { known, labels }, ...sides });
}

describe("a database is ahead", () => {
  it("of a release that lacks what the one that runs has applied, in the order of the database", () =>
    assert.deepEqual(
      django({
        applied: ["shop.0001_initial", "shop.0002_note", "shop.0003_buyer"],
        running: [FIRST, NOTE, BUYER],
        known: [FIRST],
      }),
      ["shop.0002_note", "shop.0003_buyer"],
    ));

  it("by whatever is unknown, when nobody knows what the release that runs knows", () =>
    assert.deepEqual(
      django({ applied: ["shop.0001_initial", "shop.0009_odd"], running: undefined, known: [FIRST, NOTE] }),
      ["shop.0009_odd"],
    ));

  it("by a squash of which one part is unknown", () =>
    assert.deepEqual(
      django({
        applied: ["shop.0001_initial", "shop.0002_note", SQUASH.name],
        running: [SQUASH, FIRST, NOTE],
        known: [FIRST],
      }),
      ["shop.0002_note", SQUASH.name],
    ));
});

describe("a database is not ahead", () => {
  it("of a release with migrations that are still to come", () =>
    assert.deepEqual(django({ applied: ["shop.0001_initial"], running: [FIRST], known: [FIRST, NOTE] }), []));

  it("by what the release that runs does not know either", () =>
    assert.deepEqual(
      django({ applied: ["shop.0001_initial", "shop.0009_odd"], running: [FIRST, NOTE], known: [FIRST] }),
      [],
    ));

  it("by an application that the release does not have", () => {
    const sessions = one("sessions.0001_initial");
    const sides = {
      applied: ["shop.0001_initial", "sessions.0001_initial"],
      running: [FIRST, sessions],
      known: [FIRST],
    };
    assert.deepEqual(django(sides), []);
    assert.deepEqual(django({ ...sides, labels: ["shop", "sessions"] }), ["sessions.0001_initial"]);
  });

  it("by a squash of migrations that the release knows", () =>
    assert.deepEqual(
      django({
        applied: ["shop.0001_initial", "shop.0002_note", SQUASH.name],
        running: [SQUASH, FIRST, NOTE],
        known: [FIRST, NOTE],
      }),
      [],
    ));

  it("by a squash whose parts only an older release remembers", () =>
    assert.deepEqual(
      django({
        applied: [SQUASH.name],
        running: [one(SQUASH.name)],
        known: [FIRST, NOTE],
        history: [SQUASH, FIRST],
      }),
      [],
    ));

  it("by migrations that the release knows as a squash", () => {
    const applied = ["shop.0001_initial", "shop.0002_note"];
    assert.deepEqual(django({ applied, running: [FIRST, NOTE], known: [SQUASH] }), []);
    assert.deepEqual(django({ applied, running: [FIRST, NOTE], known: [one(SQUASH.name)], history: [SQUASH] }), []);
  });

  it("by a squash of squashes, nor by two that name each other", () => {
    const twice = one("shop.0001_squashed_0003", { replaces: [SQUASH.name, "shop.0003_buyer"] });
    const applied = ["shop.0001_initial", "shop.0002_note", "shop.0003_buyer", twice.name];
    assert.deepEqual(django({ applied, running: [twice], known: [FIRST, NOTE, BUYER], history: [SQUASH] }), []);
    const [a, b] = [one("shop.a", { replaces: ["shop.b"] }), one("shop.b", { replaces: ["shop.a"] })];
    assert.deepEqual(django({ applied: ["shop.a"], running: [a, b], known: [] }), ["shop.a"]);
  });
});

describe("of alembic, whose database remembers only the last", () => {
  const a = one("a1", { after: [] });
  const b = one("b2", { after: ["a1"] });
  const c = one("c3", { after: ["b2"] });

  it("all between the release's last and the database's are told", () =>
    assert.deepEqual(ahead({ applied: ["c3"], running: [a, b, c], target: { known: [a] } }), ["b2", "c3"]));

  it("two lines that were merged are followed both", () => {
    const merged = one("m4", { after: ["c3", "b2x"] });
    const side = one("b2x", { after: ["a1"] });
    assert.deepEqual(ahead({ applied: ["m4"], running: [a, b, c, side, merged], target: { known: [a, b] } }), [
      "c3",
      "b2x",
      "m4",
    ]);
  });

  it("a last one that nobody knows any more is told when nobody knows what runs, else not", () => {
    assert.deepEqual(ahead({ applied: ["zz"], running: undefined, target: { known: [a] } }), ["zz"]);
    assert.deepEqual(ahead({ applied: ["zz"], running: [a], target: { known: [a] } }), []);
  });
});
