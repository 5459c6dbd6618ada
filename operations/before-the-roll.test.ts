import assert from "node:assert/strict";
import { it } from "node:test";
import { lastWord } from "./before-the-roll";

const failures: Record<string, [message: string, told: string]> = {
  "a preflight": [
    "preflight of 1.1.5: 2 to put right, and nothing has moved\n  security.W018: no\n    If it is meant so",
    "preflight of 1.1.5: 2 to put right, and nothing has moved: security.W018: no",
  ],
  "a migration, after its log": [
    "The last lines of its log:\n  Traceback\nmigration orders.0003 of 1.1.2 failed (exit code 1), so no service has moved:\n  relation is not there",
    "migration orders.0003 of 1.1.2 failed (exit code 1), so no service has moved",
  ],
  "a job": [
    "shop-static-of-collect failed with exit code 3; its last lines:\n  no",
    "shop-static-of-collect failed with exit code 3; its last lines",
  ],
  "one line": ["the database is away", "the database is away"],
};

for (const [name, [message, told]] of Object.entries(failures))
  it(`tells in one line why a release ended: ${name}`, () => assert.equal(lastWord(message), told));
