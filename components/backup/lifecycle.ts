import type { BucketLifecycleConfigurationArgs } from "@pulumi/aws/s3/bucketLifecycleConfiguration";
import type { Unwrap } from "@pulumi/pulumi";

export type LifecycleRule = NonNullable<Unwrap<BucketLifecycleConfigurationArgs>["rules"]>[number];

const EVERYTHING = { prefix: "" };

/**
 * What goes by itself, and it is never a file that is there: what is kept is decided by what writes the backups, and a
 * file that S3 took away after so many days could be one that others rest on.
 */
export function lifecycleRules(its: { lockDays: number; abortUploadsDays: number }): LifecycleRule[] {
  return [
    {
      id: "old-versions",
      status: "Enabled",
      filter: EVERYTHING,
      // Counted from when a file was replaced or deleted: whoever deletes everything leaves as long as the lock to notice it.
      noncurrentVersionExpiration: { noncurrentDays: its.lockDays },
      // The mark that stays of a deleted file once no version of it is left. It holds nothing.
      expiration: { expiredObjectDeleteMarker: true },
    },
    {
      id: "unfinished-uploads",
      status: "Enabled",
      filter: EVERYTHING,
      abortIncompleteMultipartUpload: { daysAfterInitiation: its.abortUploadsDays },
    },
  ];
}
