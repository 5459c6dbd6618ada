import assert from "node:assert/strict";
import { after, before, it } from "node:test";
import { IAM } from "@aws-sdk/client-iam";
import { KMS } from "@aws-sdk/client-kms";
import { S3, type S3ServiceException } from "@aws-sdk/client-s3";
import { User } from "@pulumi/aws/iam/user";
import { Key as EncryptionKey } from "@pulumi/aws/kms/key";
import { Provider } from "@pulumi/aws/provider";
import { Bucket as PlainBucket } from "@pulumi/aws/s3/bucket";
import { BucketLifecycleConfiguration } from "@pulumi/aws/s3/bucketLifecycleConfiguration";
import { BucketPolicy } from "@pulumi/aws/s3/bucketPolicy";
import { BucketVersioning } from "@pulumi/aws/s3/bucketVersioning";
import { secret } from "@pulumi/pulumi";
import type { PulumiFn } from "@pulumi/pulumi/automation";

import { Bucket, type BucketArgs } from "../../../components/backup/bucket";
import { Moto } from "./moto";
import { type Told, Trial } from "./trial";

let moto: Moto;

before(async () => {
  moto = await Moto.start();
});

after(async () => moto?.stop());

const HERE = "eu-central-1";
const THERE = "eu-west-1";
const LOGS = "access-logs";

/** Who owns the account; moto takes any key while it does not check who asks. */
const owner = { accessKeyId: "owner", secretAccessKey: "the owner's secret" };

interface Key {
  accessKeyId: string;
  secretAccessKey: string;
}

const through = (region: string, credentials: Key) => ({ region, credentials, endpoint: moto.url, maxAttempts: 1 });
const s3 = (region = HERE, who: Key = owner): S3 => new S3({ ...through(region, who), forcePathStyle: true });
const kms = (region: string): KMS => new KMS(through(region, owner));
const iam = (): IAM => new IAM(through("us-east-1", owner));

/** Must be called inside a program. */
function provided(): { provider: Provider } {
  const endpoints = [{ s3: moto.url, kms: moto.url, iam: moto.url }];
  const access = { accessKey: owner.accessKeyId, secretKey: secret(owner.secretAccessKey), s3UsePathStyle: true };
  const skip = { skipCredentialsValidation: true, skipMetadataApiCheck: true, skipRequestingAccountId: true };
  return { provider: new Provider("aws", { region: HERE, endpoints, ...access, ...skip }) };
}

const store =
  (its: Partial<BucketArgs> = {}): PulumiFn =>
  async () => {
    const bucket = new Bucket(
      "store",
      {
        scope: { prefix: "shop-prod", throwAway: false },
        retention: { keep: 4, fullEvery: "1d" },
        region: HERE,
        replica: { region: THERE },
        log: { bucket: LOGS },
        ...its,
      },
      provided(),
    );
    const { writer, reader } = bucket;
    return {
      bucket: bucket.bucket,
      replica: bucket.replica?.bucket,
      writer: writer.accessKeyId,
      writerSecret: writer.secretAccessKey,
      reader: reader.accessKeyId,
      readerSecret: reader.secretAccessKey,
    };
  };

/** As an operator has one already, with leave for S3's log delivery. */
async function logBucket(): Promise<void> {
  await s3().createBucket({ Bucket: LOGS, CreateBucketConfiguration: { LocationConstraint: HERE } });
  const statement = {
    Effect: "Allow",
    Principal: { Service: "logging.s3.amazonaws.com" },
    Action: ["s3:PutObject"],
    Resource: `arn:aws:s3:::${LOGS}/*`,
  };
  await s3().putBucketPolicy({ Bucket: LOGS, Policy: JSON.stringify({ Statement: [statement] }) });
}

/** A file, by the id of its version. */
async function fileIn(Bucket: string, name: string, who: Key): Promise<string> {
  const { VersionId } = await s3(HERE, who).putObject({ Bucket, Key: name, Body: "worth keeping" });
  assert.ok(VersionId);
  return VersionId;
}

const isRefused = (failure: S3ServiceException): boolean => failure.$metadata.httpStatusCode === 403;
const told = ({ outputs }: Told, name: string): string => outputs[name]!.value as string;
const keyIn = (its: Told, who: string): Key => ({
  accessKeyId: told(its, who),
  secretAccessKey: told(its, `${who}Secret`),
});

it(
  "brings a bucket for backups up, shows what was changed by hand, and lets nobody delete",
  { timeout: 180_000 },
  (t) =>
    Trial.run(async (trial) => {
      await logBucket();
      const first = await trial.up(store());
      const [Bucket, replica] = [told(first, "bucket"), told(first, "replica")];
      const [writer, reader] = [keyIn(first, "writer"), keyIn(first, "reader")];

      await t.test("once: a second time nothing changes", async () => {
        assert.match(Bucket, /^store-here-bucket-[0-9a-f]{7}$/);
        assert.deepEqual((await trial.up(store())).changed, []);
        assert.deepEqual((await trial.preview(store())).changed, []);
      });

      await t.test("and a refresh finds nothing but what moto forgets of a replication", async () => {
        // It keeps of a rule neither what is selected nor that marks of deletion go along.
        const { changed, differences } = await trial.preview(store(), true);
        assert.deepEqual([changed, differences["store-replication-rule"]], [["store-replication-rule"], ["rules"]]);
      });

      for (const [place, name, region] of [
        ["here", Bucket, HERE],
        ["there", replica, THERE],
      ] as const)
        await t.test(`private, versioned, encrypted, locked, in its region: ${place}`, () =>
          protectedAsSaid(name, region),
        );

      await t.test("with an access log here, and none there", async () => {
        const { LoggingEnabled } = await s3().getBucketLogging({ Bucket });
        assert.deepEqual([LoggingEnabled?.TargetBucket, LoggingEnabled?.TargetPrefix], [LOGS, "store-here/"]);
        assert.equal((await s3(THERE).getBucketLogging({ Bucket: replica })).LoggingEnabled, undefined);
      });

      await t.test("replicated by a role of its own, under the replica's key", async () => {
        const { ReplicationConfiguration: its } = await s3().getBucketReplication({ Bucket });
        const role = its!.Role!.split("/").at(-1)!;
        assert.match(role, /^store-replication-role-[0-9a-f]{7}$/);
        const [rule] = its!.Rules!;
        assert.equal(rule!.Destination!.Bucket, `arn:aws:s3:::${replica}`);
        const key = rule!.Destination!.EncryptionConfiguration!.ReplicaKmsKeyID!;
        assert.equal(key, await keyOf(replica, THERE));
        const { PolicyNames } = await iam().listRolePolicies({ RoleName: role });
        const { PolicyDocument } = await iam().getRolePolicy({ RoleName: role, PolicyName: PolicyNames![0] });
        assert.ok(decodeURIComponent(PolicyDocument!).includes(key));
      });

      await t.test("with secrets that are none in the state's text", async () => {
        const state = await trial.state();
        for (const { secretAccessKey } of [writer, reader]) assert.ok(!state.includes(secretAccessKey));
        assert.ok(!state.includes(owner.secretAccessKey));
        assert.ok(first.outputs["writerSecret"]!.secret && first.outputs["readerSecret"]!.secret);
      });

      await t.test("and lets nobody in without TLS", async () => {
        // moto refuses for the policy's statement alone: it does not look at the condition, which here is met.
        await assert.rejects(fileIn(Bucket, "in-the-clear", owner), isRefused);
      });

      await t.test("shows by a refresh what was changed by hand, and puts it back", async () => {
        await s3().deleteBucketPolicy({ Bucket });
        await s3().putBucketLifecycleConfiguration({
          Bucket,
          LifecycleConfiguration: {
            Rules: [{ ID: "old-versions", Status: "Enabled", Filter: { Prefix: "" }, Expiration: { Days: 1 } }],
          },
        });
        await s3().putObjectLockConfiguration({
          Bucket,
          ObjectLockConfiguration: {
            ObjectLockEnabled: "Enabled",
            Rule: { DefaultRetention: { Mode: "GOVERNANCE", Days: 1 } },
          },
        });
        await s3(THERE).putBucketVersioning({ Bucket: replica, VersioningConfiguration: { Status: "Suspended" } });
        const wanted = {
          "store-here-lifecycle": "update",
          "store-here-lock": "update",
          "store-here-policy": "create",
          "store-there-versioning": "update",
        };
        const told = await trial.preview(store(), true);
        for (const [name, step] of Object.entries(wanted)) assert.equal(told.steps[name], step, name);
        assert.deepEqual(
          told.changed.filter((name) => !(name in wanted)),
          ["store-replication-rule"],
        );
        await trial.refreshedUp(store());
        await protectedAsSaid(Bucket, HERE);
        await protectedAsSaid(replica, THERE);
      });

      // What follows needs a bucket without the policy, because moto would refuse all of it for the reason above.
      await s3().deleteBucketPolicy({ Bucket });
      const before = await fileIn(Bucket, "base", owner);

      await t.test("locks what is stored for as long as the retention needs, by moto's default lock", async () => {
        const found = await s3().headObject({ Bucket, Key: "base", VersionId: before });
        assert.equal(found.ObjectLockMode, "GOVERNANCE");
        const days = (found.ObjectLockRetainUntilDate!.getTime() - Date.now()) / 86_400_000;
        assert.ok(days > 7.9 && days <= 8, `${days} days`);
      });

      await t.test(
        "lets the owner delete a version only by saying that the lock is meant, by moto's object lock",
        async () => {
          const version = { Bucket, Key: "base", VersionId: before };
          await assert.rejects(s3().deleteObject(version), { name: "AccessDenied" });
          assert.equal((await s3().headObject(version)).VersionId, before);
        },
      );

      await t.test(
        "lets the writer write, read and hide, and the reader read, and undo nothing, by their policies in moto's IAM",
        async () => {
          await moto.checkWhoAsks(true);
          try {
            const as = s3(HERE, writer);
            const version = { Bucket, Key: "mine", VersionId: await fileIn(Bucket, "mine", writer) };
            assert.equal(
              await (await as.getObject({ Bucket, Key: "mine" })).Body!.transformToString(),
              "worth keeping",
            );
            const { DeleteMarker, VersionId: marker } = await as.deleteObject({ Bucket, Key: "mine" });
            assert.equal(DeleteMarker, true);

            const tries: Record<string, () => Promise<unknown>> = {
              version: () => as.deleteObject(version),
              // moto's lock would let these two through: it is the denial of s3:DeleteObjectVersion that refuses them.
              marker: () => as.deleteObject({ Bucket, Key: "mine", VersionId: marker }),
              bypass: () => as.deleteObject({ ...version, BypassGovernanceRetention: true }),
              lifecycle: () => as.deleteBucketLifecycle({ Bucket }),
              versioning: () => as.putBucketVersioning({ Bucket, VersioningConfiguration: { Status: "Suspended" } }),
              policy: () => as.putBucketPolicy({ Bucket, Policy: "{}" }),
              bucket: () => as.deleteBucket({ Bucket }),
              replica: () => as.listObjectsV2({ Bucket: replica }),
              lock: () =>
                as.putObjectLockConfiguration({ Bucket, ObjectLockConfiguration: { ObjectLockEnabled: "Enabled" } }),
            };
            for (const [what, attempt] of Object.entries(tries)) await assert.rejects(attempt(), isRefused, what);

            const reading = s3(HERE, reader);
            assert.equal(
              await (await reading.getObject({ Bucket, Key: "base" })).Body!.transformToString(),
              "worth keeping",
            );
            await assert.rejects(fileIn(Bucket, "theirs", reader), isRefused);
            await assert.rejects(reading.deleteObject({ Bucket, Key: "base" }), isRefused);
          } finally {
            await moto.checkWhoAsks(false);
          }
          const { Versions } = await s3().listObjectVersions({ Bucket, Prefix: "mine" });
          assert.equal(Versions?.length, 1, "its version is still there");
        },
      );

      await t.test("gives both new keys in the next turn, and takes the former ones back", async () => {
        const second = await trial.up(store({ turn: 2 }));
        assert.equal(second.steps["store-writer-key-2"], "create");
        assert.equal(second.steps["store-writer-key-1"], "delete");
        const { accessKeyId } = keyIn(second, "writer");
        assert.notEqual(accessKeyId, writer.accessKeyId);
        const { UserName } = await iam().getAccessKeyLastUsed({ AccessKeyId: accessKeyId });
        const { AccessKeyMetadata } = await iam().listAccessKeys({ UserName });
        assert.deepEqual(
          AccessKeyMetadata?.map((one) => one.AccessKeyId),
          [accessKeyId],
        );
      });

      await t.test("stays, locked, when the stack goes, and its identities do not", async () => {
        await trial.down();
        for (const [name, region] of [
          [Bucket, HERE],
          [replica, THERE],
        ] as const) {
          await s3(region).headBucket({ Bucket: name });
          assert.equal((await s3(region).getBucketVersioning({ Bucket: name })).Status, "Enabled");
          assert.ok((await s3(region).getObjectLockConfiguration({ Bucket: name })).ObjectLockConfiguration?.Rule);
          assert.equal(
            (await kms(region).describeKey({ KeyId: await keyOf(name, region) })).KeyMetadata?.KeyState,
            "Enabled",
          );
        }
        const { Users } = await iam().listUsers({});
        const { Roles } = await iam().listRoles({});
        assert.deepEqual([Users, Roles], [[], []]);
        await emptied(Bucket, HERE);
        await emptied(replica, THERE);
        await emptied(LOGS, HERE);
      });
    }),
);

/** Asked of the server, not of Pulumi. */
async function protectedAsSaid(Bucket: string, region: string): Promise<void> {
  const client = s3(region);
  assert.equal((await client.getBucketLocation({ Bucket })).LocationConstraint, region);
  const { PublicAccessBlockConfiguration } = await client.getPublicAccessBlock({ Bucket });
  assert.deepEqual(PublicAccessBlockConfiguration, {
    BlockPublicAcls: true,
    BlockPublicPolicy: true,
    IgnorePublicAcls: true,
    RestrictPublicBuckets: true,
  });
  const { OwnershipControls } = await client.getBucketOwnershipControls({ Bucket });
  assert.deepEqual(OwnershipControls?.Rules, [{ ObjectOwnership: "BucketOwnerEnforced" }]);
  assert.equal((await client.getBucketVersioning({ Bucket })).Status, "Enabled");
  const { ObjectLockConfiguration } = await client.getObjectLockConfiguration({ Bucket });
  assert.deepEqual(ObjectLockConfiguration, {
    ObjectLockEnabled: "Enabled",
    // AWS leaves the years out.
    Rule: { DefaultRetention: { Mode: "GOVERNANCE", Days: 8, Years: 0 } },
  });

  const { Rules } = await client.getBucketLifecycleConfiguration({ Bucket });
  const rules = Object.fromEntries((Rules ?? []).map((rule) => [rule.ID ?? "", rule]));
  assert.deepEqual(Object.keys(rules).sort(), ["old-versions", "unfinished-uploads"]);
  assert.equal(rules["old-versions"]?.NoncurrentVersionExpiration?.NoncurrentDays, 8);
  assert.deepEqual(rules["old-versions"]?.Expiration, { ExpiredObjectDeleteMarker: true });
  assert.equal(rules["unfinished-uploads"]?.AbortIncompleteMultipartUpload?.DaysAfterInitiation, 7);
  assert.equal(rules["unfinished-uploads"]?.Expiration, undefined);

  const { Policy } = await client.getBucketPolicy({ Bucket });
  const [statement] = (JSON.parse(Policy!) as { Statement: { Effect: string; Condition: unknown }[] }).Statement;
  assert.equal(statement?.Effect, "Deny");
  assert.deepEqual(statement?.Condition, { Bool: { "aws:SecureTransport": "false" } });

  const KeyId = await keyOf(Bucket, region);
  assert.equal((await kms(region).getKeyRotationStatus({ KeyId })).KeyRotationEnabled, true);
}

async function keyOf(Bucket: string, region: string): Promise<string> {
  const { ServerSideEncryptionConfiguration } = await s3(region).getBucketEncryption({ Bucket });
  const [rule] = ServerSideEncryptionConfiguration!.Rules!;
  assert.equal(rule!.BucketKeyEnabled, true);
  const { SSEAlgorithm, KMSMasterKeyID } = rule!.ApplyServerSideEncryptionByDefault!;
  assert.equal(SSEAlgorithm, "aws:kms");
  assert.match(KMSMasterKeyID!, new RegExp(`^arn:aws:kms:${region}:`));
  return KMSMasterKeyID!;
}

/** As only the owner can, who says that the lock is meant. */
async function emptied(Bucket: string, region: string): Promise<void> {
  const client = s3(region);
  const { Versions = [], DeleteMarkers = [] } = await client.listObjectVersions({ Bucket });
  for (const { Key, VersionId } of [...Versions, ...DeleteMarkers]) {
    await client.deleteObject({ Bucket, Key, VersionId, BypassGovernanceRetention: true });
  }
  await client.deleteBucket({ Bucket });
  await assert.rejects(client.headBucket({ Bucket }), { name: "NotFound" });
}

it("changes in place, replaces, imports and deletes single resources", () =>
  Trial.run(async (trial) => {
    const program =
      (its: { description?: string; tags?: Record<string, string>; path?: string; user?: string } = {}): PulumiFn =>
      async () => {
        const options = provided();
        const { description = "one", tags = { a: "1" }, path, user } = its;
        const key = new EncryptionKey(
          "key",
          { description, tags, enableKeyRotation: true, deletionWindowInDays: 7 },
          options,
        );
        new User("user", { tags, ...(path && { path }), ...(user && { name: user }) }, options);
        const bucket = new PlainBucket("bucket", { tags }, options);
        return { key: key.keyId, bucket: bucket.bucket };
      };
    const first = await trial.up(program());
    const [KeyId, Bucket] = [String(first.outputs["key"]!.value), String(first.outputs["bucket"]!.value)];
    assert.deepEqual((await trial.refreshedUp(program())).changed, []);

    const other = { description: "two", tags: { b: "2" }, path: "/other/" };
    const { steps } = await trial.up(program(other));
    assert.deepEqual([steps["key"], steps["user"], steps["bucket"]], ["update", "update", "update"]);
    assert.equal((await kms(HERE).describeKey({ KeyId })).KeyMetadata?.Description, "two");
    assert.deepEqual((await kms(HERE).listResourceTags({ KeyId })).Tags, [{ TagKey: "b", TagValue: "2" }]);
    assert.deepEqual((await s3().getBucketTagging({ Bucket })).TagSet, [{ Key: "b", Value: "2" }]);
    assert.deepEqual((await trial.refreshedUp(program(other))).changed, []);

    assert.equal((await trial.up(program({ ...other, user: "somebody-else" }))).steps["user"], "replace");
    assert.equal((await iam().getUser({ UserName: "somebody-else" })).User?.Path, "/other/");

    await trial.down();
    assert.equal((await kms(HERE).describeKey({ KeyId })).KeyMetadata?.KeyState, "PendingDeletion");
    await assert.rejects(s3().headBucket({ Bucket }), { name: "NotFound" });
  }));

it("takes over what is there, in another region too", () =>
  Trial.run(async (trial) => {
    await s3(THERE).createBucket({ Bucket: "found", CreateBucketConfiguration: { LocationConstraint: THERE } });
    await s3(THERE).putBucketVersioning({ Bucket: "found", VersioningConfiguration: { Status: "Enabled" } });
    const Policy = JSON.stringify({
      Statement: [{ Effect: "Deny", Principal: "*", Action: ["s3:PutObject"], Resource: "arn:aws:s3:::found/*" }],
    });
    await s3(THERE).putBucketPolicy({ Bucket: "found", Policy });
    const program =
      (imported: boolean): PulumiFn =>
      async () => {
        const options = { ...provided(), ...(imported && { import: `found@${THERE}` }) };
        const of = { bucket: "found", region: THERE };
        new PlainBucket("bucket", of, options);
        new BucketVersioning("versioning", { ...of, versioningConfiguration: { status: "Enabled" } }, options);
        new BucketPolicy("policy", { ...of, policy: Policy.replace('["s3:PutObject"]', '"s3:PutObject"') }, options);
      };
    const { steps } = await trial.up(program(true));
    assert.deepEqual([steps["bucket"], steps["versioning"], steps["policy"]], ["import", "import", "import"]);
    assert.deepEqual((await trial.refreshedUp(program(false))).changed, []);
    await trial.down();
    await assert.rejects(s3(THERE).headBucket({ Bucket: "found" }), { name: "NotFound" });
  }));

it("names what it cannot do, and what AWS refused", () =>
  Trial.run(async (trial) => {
    const program =
      (make: (options: ReturnType<typeof provided>) => unknown): PulumiFn =>
      async () =>
        void make(provided());
    const transitions = [{ days: 30, storageClass: "GLACIER" }];
    await assert.rejects(
      trial.up(
        program((options) => {
          const rules = [{ id: "cold", status: "Enabled", transitions }];
          new BucketLifecycleConfiguration("cold", { bucket: "any", rules }, options);
        }),
      ),
      /this stand-in for the aws plugin does not know transitions in it/,
    );
    await assert.rejects(
      trial.up(
        program((options) => {
          new BucketVersioning("no", { bucket: "nowhere", versioningConfiguration: { status: "Enabled" } }, options);
        }),
      ),
      /NoSuchBucket: The specified bucket does not exist/,
    );
  }));
