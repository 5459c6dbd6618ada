import assert from "node:assert/strict";
import { it } from "node:test";
import { declaration } from "./maintenance";

const last = { on: false, serial: "s1" };

it("is what was declared last where the edge is as wanted, whoever turned it", () => {
  assert.deepEqual(declaration(false, { on: false, declared: last }), last);
  assert.deepEqual(declaration(true, { on: true, declared: last }), last);
});

it("is another one where the edge is not as wanted", () => {
  for (const [on, declared] of [
    [true, last],
    [false, last],
  ] as const) {
    const { serial, ...its } = declaration(on, { on: !on, declared });
    assert.deepEqual(its, { on });
    assert.notEqual(serial, last.serial);
  }
});

it("is the same as at the first time where nothing is known of an earlier one", () => {
  for (const seen of [undefined, { on: true, declared: null }, { on: false, declared: null }])
    assert.deepEqual(declaration(true, seen), { on: true, serial: "first" });
});
