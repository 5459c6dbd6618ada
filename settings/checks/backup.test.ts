import assert from "node:assert/strict";
import { it } from "node:test";
import { backup } from "./backup";
import { sample } from "./sample";

it("takes what it can keep", () => assert.deepEqual(backup(sample({ backup: {} })), []));

it("refuses to back up what is somebody else's, or nothing", () =>
  assert.deepEqual(backup(sample({ backup: {}, database: false })), [
    {
      at: "backup",
      got: "backups",
      why: "There is no database of Tidemark's own to be backed up.",
      fix: "Take it away; whose server it is backs it up.",
    },
  ]));

it("refuses an archive of files with nothing in them", () =>
  assert.deepEqual(backup(sample({ backup: { behind: "1s" } })), [
    {
      at: "backup.behind",
      got: "1s",
      why: "Each half of it a file of the archive is closed, however little is in it.",
      fix: "Write 10s or more; 60s serves a small team.",
    },
  ]));

it("refuses a generation from backups that nobody makes", () =>
  assert.deepEqual(backup(sample({ database: { generation: 2, from: "latest" } })), [
    {
      at: "database.from",
      got: '"latest"',
      why: "It is taken from the backups, and this stack has none.",
      fix: "Add backup: {}, with the TIDEMARK_KEY under which they were made; or take it away, and the generation begins empty.",
    },
  ]));
