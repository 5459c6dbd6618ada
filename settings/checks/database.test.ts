import assert from "node:assert/strict";
import { it } from "node:test";
import { database } from "./database";
import { sample } from "./sample";

it("refuses a memory in which PostgreSQL cannot live", () => {
  assert.deepEqual(database(sample({ database: { memory: "64m" } })), [
    {
      at: "database.memory",
      got: "64m",
      why: "PostgreSQL does not start reliably below 128m.",
      fix: "Write 128m or more; 512m serves a small team.",
    },
  ]);
  assert.deepEqual(database(sample({ database: { memory: "128m" } })), []);
});
