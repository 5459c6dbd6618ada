import { Key } from "@pulumi/aws/kms/key";
import { Bucket } from "@pulumi/aws/s3/bucket";
import { BucketLifecycleConfiguration } from "@pulumi/aws/s3/bucketLifecycleConfiguration";
import { BucketLogging } from "@pulumi/aws/s3/bucketLogging";
import { BucketObjectLockConfiguration } from "@pulumi/aws/s3/bucketObjectLockConfiguration";
import { BucketOwnershipControls } from "@pulumi/aws/s3/bucketOwnershipControls";
import { BucketPolicy } from "@pulumi/aws/s3/bucketPolicy";
import { BucketPublicAccessBlock } from "@pulumi/aws/s3/bucketPublicAccessBlock";
import { BucketServerSideEncryptionConfiguration } from "@pulumi/aws/s3/bucketServerSideEncryptionConfiguration";
import { BucketVersioning } from "@pulumi/aws/s3/bucketVersioning";
import * as pulumi from "@pulumi/pulumi";
import { STACK_LABEL, type Scope } from "../swarm/scope";
import { lifecycleRules } from "./lifecycle";
import type { Lock } from "./lock";
import { type Store, tlsOnly } from "./policies";

export interface LockedBucketArgs {
  scope: Pick<Scope, "prefix" | "throwAway">;
  mode: NonNullable<Lock["mode"]>;
  lockDays: number;
  abortUploadsDays: number;
  /** @default the provider's */
  region?: string;
  /** @default none: nobody writes down who read what */
  log?: AccessLog;
}

export interface AccessLog {
  /** A bucket of the same region and account that S3's log delivery may write to. @example "shop-access-logs" */
  bucket: pulumi.Input<string>;
  /** @default the name of the logged bucket's component and a slash */
  prefix?: string;
}

/**
 * One bucket in one region whose files cannot be deleted before their time, with a key of its own. All that protects it
 * stays when the stack goes, as the bucket does: without its versioning or its policy a bucket that stayed would be open.
 */
export class LockedBucket extends pulumi.ComponentResource {
  /** Known once everything that protects what is put there is in place. */
  readonly bucket: pulumi.Output<string>;
  readonly store: pulumi.Output<Store>;
  readonly region: pulumi.Output<string>;
  /** What a replication cannot be set up without. */
  readonly versioning: BucketVersioning;

  constructor(name: string, args: LockedBucketArgs, opts?: pulumi.ComponentResourceOptions) {
    super("tidemark:backup:LockedBucket", name, {}, opts);
    const kept = !args.scope.throwAway;
    const keeping = { parent: this, protect: kept, retainOnDelete: kept };
    const region = args.region === undefined ? {} : { region: args.region };
    const tags = { [STACK_LABEL]: args.scope.prefix };

    const key = new Key(
      `${name}-key`,
      {
        ...region,
        tags,
        description: `Backups of ${args.scope.prefix}. Without it none of them can be read.`,
        enableKeyRotation: true,
        deletionWindowInDays: 30,
      },
      keeping,
    );
    const bucket = new Bucket(`${name}-bucket`, { ...region, tags, objectLockEnabled: true }, keeping);
    const of = { ...region, bucket: bucket.bucket };

    const access = new BucketPublicAccessBlock(
      `${name}-public-access`,
      { ...of, blockPublicAcls: true, blockPublicPolicy: true, ignorePublicAcls: true, restrictPublicBuckets: true },
      keeping,
    );
    const ownership = new BucketOwnershipControls(
      `${name}-ownership`,
      { ...of, rule: { objectOwnership: "BucketOwnerEnforced" } },
      // S3 refuses two changes of one bucket's access at the same time.
      { ...keeping, dependsOn: access },
    );
    const policy = new BucketPolicy(
      `${name}-policy`,
      { ...of, policy: bucket.arn.apply((arn) => JSON.stringify(tlsOnly(arn))) },
      { ...keeping, dependsOn: ownership },
    );
    this.versioning = new BucketVersioning(
      `${name}-versioning`,
      { ...of, versioningConfiguration: { status: "Enabled" } },
      keeping,
    );
    const encryption = new BucketServerSideEncryptionConfiguration(
      `${name}-encryption`,
      {
        ...of,
        rules: [
          {
            applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: key.arn },
            // One question to KMS for many files: an archive is made of thousands.
            bucketKeyEnabled: true,
          },
        ],
      },
      keeping,
    );
    const lock = new BucketObjectLockConfiguration(
      `${name}-lock`,
      { ...of, rule: { defaultRetention: { mode: args.mode.toUpperCase(), days: args.lockDays } } },
      { ...keeping, dependsOn: this.versioning },
    );
    new BucketLifecycleConfiguration(
      `${name}-lifecycle`,
      { ...of, rules: lifecycleRules(args) },
      { ...keeping, dependsOn: this.versioning },
    );
    if (args.log) {
      const { bucket: targetBucket, prefix: targetPrefix = `${name}/` } = args.log;
      new BucketLogging(`${name}-log`, { ...of, targetBucket, targetPrefix }, { parent: this });
    }

    this.bucket = pulumi
      .all([bucket.bucket, policy.bucket, encryption.bucket, lock.bucket])
      .apply(([itself]) => itself);
    this.store = pulumi.all([bucket.arn, key.arn]).apply(([bucket, key]) => ({ bucket, key }));
    this.region = bucket.region;
    this.registerOutputs({ bucket: this.bucket });
  }
}
