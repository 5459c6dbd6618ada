import assert from "node:assert/strict";
import { it } from "node:test";
import { uploadsFile } from "./uploads";

const secrets = { S3_KEY_ID: "id", S3_KEY: "secret" };
const s3 = { bucket: "backups", region: "eu-central-1", keyId: "S3_KEY_ID", key: "S3_KEY" };
const repositories = (backup: Parameters<typeof uploadsFile>[2]): object[] =>
  (JSON.parse(uploadsFile("shop-prod", "p", backup, secrets)) as { repositories: object[] }).repositories;

it("lies in a volume, in a bucket beside the database's backups, or in both", () => {
  assert.deepEqual(repositories({ volume: true }), [{ kind: "volume", at: "/var/lib/restic" }]);
  assert.deepEqual(repositories({ volume: false, s3 }), [
    {
      kind: "s3",
      at: "s3:https://s3.eu-central-1.amazonaws.com/backups/shop-prod/uploads",
      keyId: "id",
      key: "secret",
      region: "eu-central-1",
    },
  ]);
  const other = { ...s3, endpoint: "https://s3.example:9000/", path: "/here", ca: "-----BEGIN" };
  const [volume, bucket] = repositories({ volume: true, s3: other }) as { at: string; ca?: string }[];
  assert.equal(volume?.at, "/var/lib/restic");
  assert.deepEqual(
    [bucket?.at, bucket?.ca],
    ["s3:https://s3.example:9000/backups/here/uploads", "/run/secrets/media-ca"],
  );
});
