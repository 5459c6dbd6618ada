import type { S3 } from "@aws-sdk/client-s3";
import type { BucketArgs } from "@pulumi/aws/s3/bucket";
import type { Unwrap } from "@pulumi/pulumi";

import { flag, listOf, refused, region, tags, tagsOf } from "./attributes";
import { partitionOf } from "./clients";
import type { Kind } from "./managed";

type Bucket = Unwrap<BucketArgs>;

/** Files are never deleted for it: a bucket that is not empty stays. */
export const bucket: Kind<Bucket> = {
  attributes: {
    accelerationStatus: refused,
    acl: refused,
    bucket: { type: "text", replaces: true },
    bucketNamespace: refused,
    bucketPrefix: refused,
    corsRules: refused,
    forceDestroy: refused,
    grants: refused,
    lifecycleRules: refused,
    logging: refused,
    objectLockConfiguration: refused,
    objectLockEnabled: { ...flag, replaces: true },
    policy: refused,
    region,
    replicationConfiguration: refused,
    requestPayer: refused,
    serverSideEncryptionConfiguration: refused,
    tags,
    versioning: refused,
    website: refused,
  },
  named: { as: "bucket", longest: 63 },

  async create({ s3, region }, wanted) {
    const id = wanted.bucket!;
    await s3.createBucket({
      Bucket: id,
      ObjectLockEnabledForBucket: wanted.objectLockEnabled ?? false,
      // The oldest region is the one that must not be named.
      ...(region !== "us-east-1" && { CreateBucketConfiguration: { LocationConstraint: region as "eu-central-1" } }),
    });
    await tag(s3, id, wanted.tags);
    return { id };
  },

  async read({ s3, region }, id) {
    await s3.headBucket({ Bucket: id });
    const domain = partitionOf(region) === "aws-cn" ? "amazonaws.com.cn" : "amazonaws.com";
    return {
      bucket: id,
      region,
      arn: `arn:${partitionOf(region)}:s3:::${id}`,
      bucketDomainName: `${id}.s3.${domain}`,
      bucketRegion: region,
      bucketRegionalDomainName: `${id}.s3.${region}.${domain}`,
      objectLockEnabled: await isLocked(s3, id),
      ...tagsOf(await tagsFound(s3, id)),
    };
  },

  async update({ s3 }, id, _was, wanted) {
    await tag(s3, id, wanted.tags);
  },

  async delete({ s3 }, id) {
    await s3.deleteBucket({ Bucket: id });
  },
};

async function tag(s3: S3, id: string, tags: Record<string, string> = {}): Promise<void> {
  if (Object.keys(tags).length === 0) await s3.deleteBucketTagging({ Bucket: id });
  else await s3.putBucketTagging({ Bucket: id, Tagging: { TagSet: listOf(tags) } });
}

async function tagsFound(s3: S3, id: string): Promise<{ Key: string | undefined; Value: string | undefined }[]> {
  try {
    return (await s3.getBucketTagging({ Bucket: id })).TagSet ?? [];
  } catch (failure) {
    if (failure instanceof Error && failure.name === "NoSuchTagSet") return [];
    throw failure;
  }
}

async function isLocked(s3: S3, id: string): Promise<boolean> {
  try {
    const { ObjectLockConfiguration } = await s3.getObjectLockConfiguration({ Bucket: id });
    return ObjectLockConfiguration?.ObjectLockEnabled === "Enabled";
  } catch (failure) {
    if (failure instanceof Error && failure.name === "ObjectLockConfigurationNotFoundError") return false;
    throw failure;
  }
}
