import assert from "node:assert/strict";
import { it } from "node:test";
import { tagsAsNumbers } from "./tags";

it("finds a tag that YAML turned into a number, and says how to quote it", () =>
  assert.deepEqual(
    tagsAsNumbers([
      { path: ["tag"], value: 1.1, source: "1.10", secure: false },
      { path: ["processes", "front", "tag"], value: 7, source: "007", secure: false },
      { path: ["processes", "web", "tag"], value: "1.10", source: '"1.10"', secure: false },
    ]),
    [
      { at: "tag", got: "1.10", why: "YAML reads it as the number 1.1.", fix: 'Quote it: tag: "1.10".' },
      { at: "processes.front.tag", got: "007", why: "YAML reads it as the number 7.", fix: 'Quote it: tag: "007".' },
    ],
  ));
