import assert from "node:assert/strict";
import { it } from "node:test";
import { evidenceIn } from "./evidence";

it("is the last line that is marked as evidence", () => {
  const log = ['tidemark-evidence {"rows":1}', "a word for people", 'tidemark-evidence {"rows":2}', "bye"];
  assert.deepEqual(evidenceIn(log), { rows: 2 });
});

it("is nothing where no line is", () => assert.equal(evidenceIn(["tidemark: evidence of nothing"]), undefined));

it("is put together again where it came in pieces", () => {
  const log = [
    'tidemark-evidence {"rows":1}',
    'tidemark-evidence+ {"ro',
    "a word for people",
    'tidemark-evidence ws":2}',
  ];
  assert.deepEqual(evidenceIn(log), { rows: 2 });
});
