import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type Policy, readerPolicy, replicatorPolicy, replicatorTrust, tlsOnly, writerPolicy } from "./policies";

const here = { bucket: "arn:aws:s3:::here", key: "arn:aws:kms:eu-central-1:1:key/here" };
const there = { bucket: "arn:aws:s3:::there", key: "arn:aws:kms:eu-west-1:1:key/there" };

const actions = ({ Statement }: Policy, effect: "Allow" | "Deny"): string[] =>
  Statement.filter(({ Effect }) => Effect === effect)
    .flatMap(({ Action }) => Action)
    .sort();
const resources = ({ Statement }: Policy): string[] => [...new Set(Statement.flatMap(({ Resource = [] }) => Resource))];

it("refuses whoever does not come through TLS", () =>
  assert.deepEqual(tlsOnly(here.bucket), {
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "OnlyThroughTls",
        Effect: "Deny",
        Principal: "*",
        Action: "s3:*",
        Resource: ["arn:aws:s3:::here", "arn:aws:s3:::here/*"],
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      },
    ],
  }));

describe("the writer", () => {
  const policy = writerPolicy(here);

  it("may find, read, write and hide files, and use the key", () =>
    assert.deepEqual(actions(policy, "Allow"), [
      "kms:Decrypt",
      "kms:GenerateDataKey",
      "s3:AbortMultipartUpload",
      "s3:DeleteObject",
      "s3:GetBucketLocation",
      "s3:GetObject",
      "s3:ListBucket",
      "s3:ListBucketMultipartUploads",
      "s3:ListMultipartUploadParts",
      "s3:PutObject",
    ]));

  it("is denied what undoes the lock, the versions, the lifecycle, the policy, the replica or the key", () => {
    const denied = actions(policy, "Deny");
    for (const action of [
      "s3:BypassGovernanceRetention",
      "s3:DeleteObjectVersion",
      "s3:PutBucketObjectLockConfiguration",
      "s3:PutBucketPolicy",
      "s3:PutBucketVersioning",
      "s3:PutLifecycleConfiguration",
      "s3:PutObjectRetention",
      "s3:PutReplicationConfiguration",
      "kms:ScheduleKeyDeletion",
    ]) {
      assert.ok(denied.includes(action), action);
    }
    for (const { Effect, Condition } of policy.Statement) assert.ok(Effect === "Allow" || !Condition);
  });

  it("has a policy that AWS takes: a user's are 2048 characters at most", () => {
    const key = "arn:aws:kms:ap-southeast-2:123456789012:key/94c44553-5494-46f4-a299-237c85ea41a0";
    const longest = { bucket: `arn:aws:s3:::${"a".repeat(63)}`, key };
    for (const its of [writerPolicy(longest), readerPolicy([longest, longest])])
      assert.ok(JSON.stringify(its).length <= 2048);
  });

  it("has nothing to do with another bucket", () =>
    assert.deepEqual(resources(policy), [here.bucket, `${here.bucket}/*`, here.key]));
});

it("lets the reader read every version of both buckets, and nothing else", () => {
  const policy = readerPolicy([here, there]);
  assert.deepEqual(actions(policy, "Allow"), [
    "kms:Decrypt",
    "s3:GetBucketLocation",
    "s3:GetObject",
    "s3:GetObjectVersion",
    "s3:ListBucket",
    "s3:ListBucketVersions",
  ]);
  assert.deepEqual(resources(policy), [
    here.bucket,
    there.bucket,
    `${here.bucket}/*`,
    `${there.bucket}/*`,
    here.key,
    there.key,
  ]);
});

describe("the replicator", () => {
  it("is S3 itself", () =>
    assert.deepEqual(replicatorTrust().Statement[0]?.Principal, { Service: "s3.amazonaws.com" }));

  it("reads here and writes there, and deletes no version on either side", () => {
    const { Statement } = replicatorPolicy(here, there);
    const on = (resource: string): string[] =>
      Statement.filter(({ Resource }) => Resource === resource).flatMap(({ Action }) => Action);
    assert.deepEqual(on(`${there.bucket}/*`), ["s3:ReplicateDelete", "s3:ReplicateObject", "s3:ReplicateTags"]);
    assert.ok(on(`${here.bucket}/*`).every((action) => action.startsWith("s3:GetObject")));
    assert.deepEqual(
      [on(here.key), on(there.key)],
      [["kms:Decrypt"], ["kms:Encrypt", "kms:GenerateDataKey"]].map((one) => one),
    );
    assert.ok(!Statement.flatMap(({ Action }) => Action).includes("s3:DeleteObjectVersion"));
  });
});
