import assert from "node:assert/strict";
import { it } from "node:test";
import { archiveFile, archiveSettings } from "./archive";

it("says where the repository is, how it is locked and what is kept", () =>
  assert.equal(
    archiveFile("k", { keep: 4 }),
    `[global]
repo1-path=/var/lib/pgbackrest
repo1-cipher-type=aes-256-cbc
repo1-cipher-pass=k
repo1-retention-full=4
repo1-bundle=y
repo1-block=y
compress-type=zst
process-max=2
start-fast=y
log-level-console=warn
log-level-file=off
lock-path=/tmp/pgbackrest
spool-path=/tmp/pgbackrest
`,
  ));

it("closes a file of the archive after half the time that may be lost, in the history of the generation", () =>
  assert.deepEqual(archiveSettings("shop-prod-g3", { behind: "60s" }), {
    archive_mode: "on",
    archive_command:
      'pgbackrest --config=/run/secrets/archive --stanza=shop-prod-g3 --pg1-path=/var/lib/postgresql/data/pgdata archive-push "%p"',
    archive_timeout: "30s",
  }));
