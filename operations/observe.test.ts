import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { objection, statusIn, tellsOfAnError } from "./observe";

const limits = { errors: 0.01, restarts: 0, lines: 2 };
const well = { requests: 1000, errors: 10, restarts: 0, lines: 2 };

describe("an observed release", () => {
  it("is a go within the limits", () => assert.equal(objection(well, limits), undefined));

  it("is a no-go by its share of 5xx, told only of enough requests", () => {
    assert.equal(
      objection({ ...well, errors: 11 }, limits),
      "11 of 1000 requests were answered with 5xx; 1 % are allowed",
    );
    assert.equal(objection({ ...well, requests: 19, errors: 19 }, limits), undefined);
  });

  it("is a no-go by a task that ended by itself", () =>
    assert.equal(objection({ ...well, restarts: 1 }, limits), "1 tasks ended by themselves; 0 are allowed"));

  it("is a no-go by lines that tell of errors", () =>
    assert.equal(objection({ ...well, lines: 3 }, limits), "3 lines of the processes tell of errors; 2 are allowed"));
});

it("reads the edge's lines", () => {
  assert.deepEqual(statusIn('{"time":"2026-11-21T10:00:00Z","path":"/","status":502,"bytes":1}'), [502]);
  assert.deepEqual(statusIn("tidemark: loaded 0a1b"), []);
  assert.deepEqual(statusIn('{"path":"/maintenance.html","status":503,"bytes":1,"upstream":""}'), []);
  assert.deepEqual(statusIn('{"path":"/away.html","status":503,"bytes":1,"upstream":""}'), [503]);
  assert.deepEqual(statusIn('{"path":"/","status":503,"bytes":1,"upstream":"10.0.1.7:8000"}'), [503]);
});

it("knows an error by how programs write it", () => {
  for (const line of [
    "[2026-11-21 10:00:00,000: ERROR/MainProcess] Task failed",
    "Traceback (most recent call last):",
    '{"level":"error","msg":"no"}',
    "CRITICAL worker died",
  ])
    assert.ok(tellsOfAnError(line), line);
  for (const line of ["INFO no errors found", '{"level":"info"}', "terror"]) assert.ok(!tellsOfAnError(line), line);
});
