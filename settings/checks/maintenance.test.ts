import assert from "node:assert/strict";
import { it } from "node:test";
import { HIDDEN } from "../stack-file";
import { maintenance } from "./maintenance";
import { sample } from "./sample";

const closed = (its: object, secrets: Record<string, string> = {}) =>
  maintenance(sample({ maintenance: its, secrets }), "prod").map(({ at }) => at);

it("wants a bypass that nobody guesses, and that a cookie can hold as it is", () => {
  const cookie = "BYPASS";
  for (const value of ["w".repeat(15), "with a blank 0123456789", 'quoted"0123456789abcdef', "µ0123456789abcdef"])
    assert.deepEqual(closed({ cookie }, { BYPASS: value }), ["secrets.BYPASS"], value);
  for (const value of ["p3+/aZ0123456789abcdefghijklmnopqrstuvwxyz01=", HIDDEN])
    assert.deepEqual(closed({ cookie }, { BYPASS: value }), [], value);
});

it("wants the page in the project's folder", () => {
  for (const page of ["/srv/closed.html", "../closed.html", "pages/../../closed.html"])
    assert.deepEqual(closed({ page }), ["maintenance.page"], page);
  assert.deepEqual(closed({ page: "pages/closed..html" }), []);
});
