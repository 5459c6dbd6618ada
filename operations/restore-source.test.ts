import assert from "node:assert/strict";
import { it } from "node:test";
import { settingsSchema } from "../settings/schema";
import { inWords, marksOf, mediaTarget, restorables, sourceProblems, target, type Restorable } from "./restore-source";

const marks = marksOf([
  { mark: { name: "end-of-1.1.0-3", closes: 2, lsn: "0/3000000", generation: 2 }, at: "2026-11-27T02:00:00Z" },
  { at: "2026-11-26T12:00:00Z" },
  { mark: { name: "end-of-1.0.0-2", closes: 1, lsn: "0/2000000" }, at: "2026-11-26T02:00:00Z" },
]);
const wanted = (database: object): Restorable => {
  const [its] = restorables(settingsSchema.pick({ database: true, media: true }).parse({ database }));
  return its ?? assert.fail();
};

it("names the marks that there are where one is wanted that is not", () =>
  assert.deepEqual(
    sourceProblems(wanted({ generation: 2, from: { mark: "end-of-1.4" } }), marks, [{ generation: 1 }], 1),
    [
      {
        at: "database.from.mark",
        got: "end-of-1.4",
        why: "There is no such mark.",
        fix: "The newest are end-of-1.1.0-3, end-of-1.0.0-2; or write latest, or a time with its zone.",
      },
    ],
  ));

it("takes what is there, and goes back to a generation whatever the file says of where another comes from", () => {
  const all = [{ generation: 1 }, { generation: 2, from: "latest", root: 1 }];
  assert.deepEqual(sourceProblems(wanted({ generation: 3, from: { mark: "end-of-1.1.0-3" } }), marks, all, 2), []);
  assert.deepEqual(sourceProblems(wanted({ generation: 2, from: "latest" }), marks, all, 2), []);
  assert.deepEqual(sourceProblems(wanted({ generation: 1, from: "latest" }), marks, all, 2), []);
  assert.deepEqual(sourceProblems(wanted({ generation: 1, from: "latest" }), marks, all, 1), []);
});

it("refuses to restore into the generation that serves", () =>
  assert.deepEqual(
    sourceProblems(
      wanted({ generation: 2, from: { time: "2026-11-27T02:00:00Z" } }),
      marks,
      [{ generation: 1 }, { generation: 2, from: "latest", root: 1 }, { generation: 3 }],
      2,
    ),
    [
      {
        at: "database.from",
        got: "time 2026-11-27T02:00:00Z",
        why: "Generation 2 is there and serves; it came from latest, and is never restored into.",
        fix: "To restore that: database.generation 4. To leave things as they are: take database.from away.",
      },
    ],
  ));

it("refuses a first generation that comes from backups", () =>
  assert.deepEqual(
    sourceProblems(wanted({ from: "latest" }), marks, [], undefined).map(({ at, got }) => `${at} ${got}`),
    ["database.generation 1"],
  ));

it("asks the same of the uploads", () => {
  const media = { path: "/srv/media", generation: 2, from: { snapshot: "4f2a91c0" } };
  const [its] = restorables(settingsSchema.pick({ database: true, media: true }).parse({ media }));
  assert.deepEqual(its, { at: "media", generation: 2, from: { snapshot: "4f2a91c0" } });
  assert.deepEqual(
    sourceProblems(its, marks, [{ generation: 1 }, { generation: 2, from: "latest" }], 2).map(({ at }) => at),
    ["media.from"],
  );
  assert.deepEqual(mediaTarget({ snapshot: "4f2a91c0" }), ["snapshot", "4f2a91c0"]);
  assert.deepEqual(mediaTarget("latest"), ["latest"]);
});

it("says a source in a few words", () =>
  assert.equal(inWords({ backup: "20261127-020000F" }), "backup 20261127-020000F"));

it("tells where to stop, and of a mark where it lies", () => {
  assert.deepEqual(target("latest", marks), ["latest"]);
  assert.deepEqual(target({ time: "2026-11-27T02:00:00Z" }, marks), ["time", "2026-11-27T02:00:00Z"]);
  assert.deepEqual(target({ mark: "end-of-1.1.0-3" }, marks), ["mark", "end-of-1.1.0-3", "0/3000000", "2"]);
  assert.deepEqual(target({ mark: "end-of-1.0.0-2" }, marks), ["mark", "end-of-1.0.0-2", "0/2000000"]);
});
