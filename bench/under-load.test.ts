import assert from "node:assert/strict";
import { it } from "node:test";
import { reportOf } from "../test/engine/load";
import { seen } from "./under-load";

const AT = Date.parse("2026-01-05T09:00:00Z");

it("counts what fails from the change's beginning until it has settled, and as outage only the time without any answer", () => {
  const failed = [-1, 1050, 1060, 1150, 2950, 9999].map((ms) => ({
    at: new Date(AT + ms).toISOString(),
    what: "read / alone",
    why: "502",
    seconds: 0,
  }));
  const due = [-900, -800, -700, 100, 1180, 2000, 2500].map((ms) => AT + ms);
  const report = reportOf({
    requests: 13,
    failures: failed,
    keys: [],
    due: Float64Array.from(due),
    took: Float64Array.from([4, 5, 10, 7, 30, 8, 9]),
  });
  const span = { rest: AT - 1000, began: AT, ended: AT + 2400, settled: AT + 5000 };
  assert.deepEqual(seen(report, span), { seconds: 2.4, failures: 4, outage: 0.2, slowdown: 3 });
});
