import assert from "node:assert/strict";
import { it } from "node:test";
import { archiveFile, archiveSettings } from "./archive";

const keys = { cipher: "k", s3Id: "id", s3Key: "secret" };

it("says where the repository is, how it is locked and what is kept", () =>
  assert.equal(
    archiveFile("shop-prod", keys, { keep: 4, volume: true }),
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
io-timeout=30
log-level-console=warn
log-level-file=off
lock-path=/tmp/pgbackrest
spool-path=/tmp/pgbackrest
`,
  ));

const bucket = { bucket: "backups", region: "eu-central-1", keyId: "S3_KEY_ID", key: "S3_KEY" };
const lines = (s3: object, volume = false): string[] =>
  archiveFile("shop-prod", keys, { keep: 4, volume, s3: { ...bucket, ...s3 } })
    .split("\n")
    .filter((line) => /^repo\d-(type|path|s3|storage)/.test(line));

it("leads to a bucket at Amazon, in a folder of the stack's own", () =>
  assert.deepEqual(lines({}), [
    "repo1-type=s3",
    "repo1-path=/shop-prod",
    "repo1-s3-bucket=backups",
    "repo1-s3-region=eu-central-1",
    "repo1-s3-endpoint=s3.eu-central-1.amazonaws.com",
    "repo1-s3-uri-style=host",
    "repo1-s3-key=id",
    "repo1-s3-key-secret=secret",
  ]));

it("leads to a bucket elsewhere, beside the volume, and says whom to trust", () => {
  const other = { endpoint: "https://s3.example:9000", path: "/here", ca: "-----BEGIN CERTIFICATE-----" };
  const all = lines(other, true);
  assert.deepEqual(all.slice(0, 3), ["repo1-path=/var/lib/pgbackrest", "repo2-type=s3", "repo2-path=/here"]);
  for (const line of [
    "repo2-s3-endpoint=s3.example",
    "repo2-storage-port=9000",
    "repo2-s3-uri-style=path",
    "repo2-storage-ca-file=/run/secrets/archive-ca",
  ])
    assert.ok(all.includes(line), line);
});

it("closes a file of the archive after half the time that may be lost, in the history of the generation", () =>
  assert.deepEqual(archiveSettings("shop-prod-g3", { behind: "60s" }), {
    archive_mode: "on",
    archive_command:
      'pgbackrest --config=/run/secrets/archive --stanza=shop-prod-g3 --pg1-path=/var/lib/postgresql/data/pgdata archive-push "%p"',
    archive_timeout: "30s",
  }));
