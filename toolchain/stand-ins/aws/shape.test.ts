import assert from "node:assert/strict";
import { it } from "node:test";
import { fromAws, type Shape, toAws, unknownIn, withoutEmpty } from "./shape";

const shape: Shape = {
  id: "ID",
  filter: ["Filter", { prefix: "Prefix" }],
  expiration: ["Expiration", { days: "Days" }],
};

it("says it as AWS does, and back, alone and in lists", () => {
  const ours = [{ id: "a", filter: { prefix: "x" } }, { id: "b" }];
  const theirs = [{ ID: "a", Filter: { Prefix: "x" } }, { ID: "b" }];
  assert.deepEqual(toAws(shape, ours), theirs);
  assert.deepEqual(fromAws(shape, theirs), ours);
});

it("reads what a program could not have said", () => {
  const date = new Date("2030-01-02T03:04:05Z");
  assert.deepEqual(fromAws(shape, { ID: "a", Expiration: { Date: date }, Surprise: { Deep: 1 } }), {
    id: "a",
    expiration: { date: "2030-01-02T03:04:05.000Z" },
    surprise: { deep: 1 },
  });
});

it("finds what it does not know, however deep", () => {
  assert.equal(unknownIn(shape, [{ id: "a" }, { filter: { prefix: "x", tag: {} } }]), "filter.tag");
  assert.equal(unknownIn(shape, [{ id: "a", filter: { prefix: "x" } }]), undefined);
});

it("takes empty, off and nothing at all for the same", () =>
  assert.deepEqual(withoutEmpty([{ id: "a", filter: { prefix: "" }, on: false, many: [], years: 0, days: 1 }]), [
    { id: "a", days: 1 },
  ]));
