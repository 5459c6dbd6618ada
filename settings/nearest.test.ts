import assert from "node:assert/strict";
import { it } from "node:test";
import { distance, nearest } from "./nearest";

it("counts a letter added, taken away, changed or swapped as one", () => {
  assert.deepEqual(
    ["tagg", "ta", "tug", "atg", "tag", ""].map((word) => distance(word, "tag")),
    [1, 1, 1, 1, 0, 3],
  );
});

it("finds the word that was meant, and none where all are far", () => {
  const known = ["replicas", "resources", "roll", "port"];
  assert.equal(nearest("replcias", known), "replicas");
  assert.equal(nearest("Port", known), "port");
  assert.equal(nearest("rol", known), "roll");
  assert.equal(nearest("healthcheck", known), undefined);
});
