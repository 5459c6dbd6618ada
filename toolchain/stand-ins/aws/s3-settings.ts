import type {
  LifecycleRule,
  ObjectLockRule,
  OwnershipControlsRule,
  ReplicationRule,
  ServerSideEncryptionRule,
  VersioningConfiguration,
} from "@aws-sdk/client-s3";
import type { BucketLifecycleConfigurationArgs } from "@pulumi/aws/s3/bucketLifecycleConfiguration";
import type { BucketLoggingArgs } from "@pulumi/aws/s3/bucketLogging";
import type { BucketObjectLockConfigurationArgs } from "@pulumi/aws/s3/bucketObjectLockConfiguration";
import type { BucketOwnershipControlsArgs } from "@pulumi/aws/s3/bucketOwnershipControls";
import type { BucketPolicyArgs } from "@pulumi/aws/s3/bucketPolicy";
import type { BucketPublicAccessBlockArgs } from "@pulumi/aws/s3/bucketPublicAccessBlock";
import type { BucketReplicationConfigArgs } from "@pulumi/aws/s3/bucketReplicationConfig";
import type { BucketServerSideEncryptionConfigurationArgs } from "@pulumi/aws/s3/bucketServerSideEncryptionConfiguration";
import type { BucketVersioningArgs } from "@pulumi/aws/s3/bucketVersioning";
import type { Unwrap } from "@pulumi/pulumi";

import type { Attribute } from "../server/attribute";
import type { Value } from "../server/value";
import { flag, nested, policy, refused, text } from "./attributes";
import { policyText } from "./policy";
import { setting } from "./s3-setting";
import { fromAws, type Shape, toAws } from "./shape";

const required = { required: true } as const;
const said = (shape: Shape, value: unknown): unknown => toAws(shape, value as Value);

const VERSIONING: Shape = { status: "Status" };

export const versioning = setting<Unwrap<BucketVersioningArgs>>({
  attributes: { versioningConfiguration: nested(VERSIONING, required), mfa: refused },
  put: (s3, Bucket, { versioningConfiguration }) =>
    s3.putBucketVersioning({
      Bucket,
      VersioningConfiguration: said(VERSIONING, versioningConfiguration) as VersioningConfiguration,
    }),
  async get(s3, Bucket) {
    const { Status, MFADelete } = await s3.getBucketVersioning({ Bucket });
    return { versioningConfiguration: { status: Status ?? "Disabled", ...(MFADelete && { mfaDelete: MFADelete }) } };
  },
  async remove(s3, Bucket, { versioningConfiguration }) {
    if (versioningConfiguration.status !== "Enabled") return;
    try {
      await s3.putBucketVersioning({ Bucket, VersioningConfiguration: { Status: "Suspended" } });
    } catch (failure) {
      // A bucket with a lock keeps its versions for as long as it is there.
      if (!(failure instanceof Error && failure.name === "InvalidBucketState")) throw failure;
    }
  },
});

const LOCK: Shape = { defaultRetention: ["DefaultRetention", { mode: "Mode", days: "Days", years: "Years" }] };

export const objectLock = setting<Unwrap<BucketObjectLockConfigurationArgs>>({
  attributes: {
    objectLockEnabled: { type: "text", default: "Enabled", replaces: true },
    rule: nested(LOCK),
    token: refused,
  },
  put: (s3, Bucket, { rule }) =>
    s3.putObjectLockConfiguration({
      Bucket,
      ObjectLockConfiguration: {
        ObjectLockEnabled: "Enabled",
        ...(rule && { Rule: said(LOCK, rule) as ObjectLockRule }),
      },
    }),
  async get(s3, Bucket) {
    const { ObjectLockConfiguration: found } = await s3.getObjectLockConfiguration({ Bucket });
    if (found?.ObjectLockEnabled !== "Enabled") return undefined;
    return { objectLockEnabled: "Enabled", rule: found.Rule && fromAws(LOCK, found.Rule) };
  },
  remove: (s3, Bucket) =>
    s3.putObjectLockConfiguration({ Bucket, ObjectLockConfiguration: { ObjectLockEnabled: "Enabled" } }),
});

const LIFECYCLE: Shape = {
  id: "ID",
  status: "Status",
  filter: ["Filter", { prefix: "Prefix" }],
  expiration: ["Expiration", { days: "Days", expiredObjectDeleteMarker: "ExpiredObjectDeleteMarker" }],
  noncurrentVersionExpiration: [
    "NoncurrentVersionExpiration",
    { noncurrentDays: "NoncurrentDays", newerNoncurrentVersions: "NewerNoncurrentVersions" },
  ],
  abortIncompleteMultipartUpload: ["AbortIncompleteMultipartUpload", { daysAfterInitiation: "DaysAfterInitiation" }],
};

export const lifecycle = setting<Unwrap<BucketLifecycleConfigurationArgs>>({
  attributes: {
    rules: nested(LIFECYCLE, required),
    timeouts: refused,
    transitionDefaultMinimumObjectSize: { type: "text", computed: true },
  },
  put: (s3, Bucket, { rules, transitionDefaultMinimumObjectSize: size }) =>
    s3.putBucketLifecycleConfiguration({
      Bucket,
      LifecycleConfiguration: { Rules: said(LIFECYCLE, rules) as LifecycleRule[] },
      ...(size !== undefined && { TransitionDefaultMinimumObjectSize: size as "varies_by_storage_class" }),
    }),
  async get(s3, Bucket) {
    const { Rules, TransitionDefaultMinimumObjectSize } = await s3.getBucketLifecycleConfiguration({ Bucket });
    return {
      rules: fromAws(LIFECYCLE, Rules ?? []),
      transitionDefaultMinimumObjectSize: TransitionDefaultMinimumObjectSize,
    };
  },
  remove: (s3, Bucket) => s3.deleteBucketLifecycle({ Bucket }),
});

const ENCRYPTION: Shape = {
  applyServerSideEncryptionByDefault: [
    "ApplyServerSideEncryptionByDefault",
    { sseAlgorithm: "SSEAlgorithm", kmsMasterKeyId: "KMSMasterKeyID" },
  ],
  bucketKeyEnabled: "BucketKeyEnabled",
};

export const encryption = setting<Unwrap<BucketServerSideEncryptionConfigurationArgs>>({
  attributes: { rules: nested(ENCRYPTION, required) },
  put: (s3, Bucket, { rules }) =>
    s3.putBucketEncryption({
      Bucket,
      ServerSideEncryptionConfiguration: { Rules: said(ENCRYPTION, rules) as ServerSideEncryptionRule[] },
    }),
  async get(s3, Bucket) {
    const { ServerSideEncryptionConfiguration: found } = await s3.getBucketEncryption({ Bucket });
    // Which kinds of encryption are blocked S3 decides by itself, and a program cannot say it to a stand-in.
    const rules = (found?.Rules ?? []).map(({ ApplyServerSideEncryptionByDefault, BucketKeyEnabled }) => ({
      ApplyServerSideEncryptionByDefault,
      BucketKeyEnabled,
    }));
    return { rules: fromAws(ENCRYPTION, rules) };
  },
  remove: (s3, Bucket) => s3.deleteBucketEncryption({ Bucket }),
});

export const publicAccessBlock = setting<Unwrap<BucketPublicAccessBlockArgs>>({
  attributes: {
    blockPublicAcls: flag,
    blockPublicPolicy: flag,
    ignorePublicAcls: flag,
    restrictPublicBuckets: flag,
    skipDestroy: refused,
  },
  put: (s3, Bucket, its) =>
    s3.putPublicAccessBlock({
      Bucket,
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: its.blockPublicAcls ?? false,
        BlockPublicPolicy: its.blockPublicPolicy ?? false,
        IgnorePublicAcls: its.ignorePublicAcls ?? false,
        RestrictPublicBuckets: its.restrictPublicBuckets ?? false,
      },
    }),
  async get(s3, Bucket) {
    const { PublicAccessBlockConfiguration: found } = await s3.getPublicAccessBlock({ Bucket });
    return {
      blockPublicAcls: found?.BlockPublicAcls ?? false,
      blockPublicPolicy: found?.BlockPublicPolicy ?? false,
      ignorePublicAcls: found?.IgnorePublicAcls ?? false,
      restrictPublicBuckets: found?.RestrictPublicBuckets ?? false,
    };
  },
  remove: (s3, Bucket) => s3.deletePublicAccessBlock({ Bucket }),
});

const OWNERSHIP: Shape = { objectOwnership: "ObjectOwnership" };

export const ownershipControls = setting<Unwrap<BucketOwnershipControlsArgs>>({
  attributes: { rule: nested(OWNERSHIP, required) },
  put: (s3, Bucket, { rule }) =>
    s3.putBucketOwnershipControls({
      Bucket,
      OwnershipControls: { Rules: [said(OWNERSHIP, rule) as OwnershipControlsRule] },
    }),
  async get(s3, Bucket) {
    const { OwnershipControls: found } = await s3.getBucketOwnershipControls({ Bucket });
    return { rule: fromAws(OWNERSHIP, found?.Rules?.[0]) };
  },
  remove: (s3, Bucket) => s3.deleteBucketOwnershipControls({ Bucket }),
});

export const bucketPolicy = setting<Unwrap<BucketPolicyArgs>>({
  attributes: { policy: { ...policy, ...required } },
  put: (s3, Bucket, { policy }) => s3.putBucketPolicy({ Bucket, Policy: policyText(policy) }),
  get: async (s3, Bucket) => ({ policy: (await s3.getBucketPolicy({ Bucket })).Policy }),
  remove: (s3, Bucket) => s3.deleteBucketPolicy({ Bucket }),
});

const place: Attribute = { ...text, ...required };

export const logging = setting<Unwrap<BucketLoggingArgs>>({
  attributes: { targetBucket: place, targetPrefix: place, targetGrants: refused, targetObjectKeyFormat: refused },
  put: (s3, Bucket, { targetBucket, targetPrefix }) =>
    s3.putBucketLogging({
      Bucket,
      BucketLoggingStatus: { LoggingEnabled: { TargetBucket: targetBucket, TargetPrefix: targetPrefix } },
    }),
  async get(s3, Bucket) {
    const { LoggingEnabled: found } = await s3.getBucketLogging({ Bucket });
    return found && { targetBucket: found.TargetBucket, targetPrefix: found.TargetPrefix };
  },
  remove: (s3, Bucket) => s3.putBucketLogging({ Bucket, BucketLoggingStatus: {} }),
});

const STATUS: Shape = { status: "Status" };
const REPLICATION: Shape = {
  id: "ID",
  status: "Status",
  priority: "Priority",
  filter: ["Filter", { prefix: "Prefix" }],
  deleteMarkerReplication: ["DeleteMarkerReplication", STATUS],
  sourceSelectionCriteria: ["SourceSelectionCriteria", { sseKmsEncryptedObjects: ["SseKmsEncryptedObjects", STATUS] }],
  destination: [
    "Destination",
    {
      bucket: "Bucket",
      storageClass: "StorageClass",
      encryptionConfiguration: ["EncryptionConfiguration", { replicaKmsKeyId: "ReplicaKmsKeyID" }],
    },
  ],
};

export const replication = setting<Unwrap<BucketReplicationConfigArgs>>({
  attributes: { role: place, rules: nested(REPLICATION, required), token: refused },
  put: (s3, Bucket, { role, rules }) =>
    s3.putBucketReplication({
      Bucket,
      ReplicationConfiguration: { Role: role, Rules: said(REPLICATION, rules) as ReplicationRule[] },
    }),
  async get(s3, Bucket) {
    const { ReplicationConfiguration: found } = await s3.getBucketReplication({ Bucket });
    return found && { role: found.Role, rules: fromAws(REPLICATION, found.Rules ?? []) };
  },
  remove: (s3, Bucket) => s3.deleteBucketReplication({ Bucket }),
});
