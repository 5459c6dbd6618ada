import assert from "node:assert/strict";
import { it } from "node:test";
import { askedFor } from "./logs";

const now = Date.parse("2026-11-21T12:00:00Z");

it("shows the newest hundred, and with a time all since then", () => {
  assert.deepEqual(askedFor("p", ["web"], {}), { prefix: "p", processes: ["web"], count: 100, follow: false });
  assert.deepEqual(askedFor("p", [], { since: "2h", follow: true }, now), {
    prefix: "p",
    processes: [],
    since: "2026-11-21T10:00:00.000000000Z",
    follow: true,
  });
});

it("takes a number of lines and an expression", () =>
  assert.deepEqual(askedFor("p", [], { lines: "5", until: "1d", grep: "5\\d\\d " }, now), {
    prefix: "p",
    processes: [],
    until: "2026-11-20T12:00:00.000000000Z",
    grep: /5\d\d /,
    count: 5,
    follow: false,
  }));

it("refuses what means nothing", () => {
  assert.throws(() => askedFor("p", [], { lines: "0" }), /--lines 0 {2}Write how many/);
  assert.throws(() => askedFor("p", [], { grep: "(" }), /--grep \( {2}Invalid regular expression/);
  assert.throws(() => askedFor("p", [], { follow: true, until: "1h" }), /Leave one out/);
});
