/** A policy of AWS, as it is sent. */
export interface Policy {
  Version: "2012-10-17";
  Statement: Statement[];
}

export interface Statement {
  Sid: string;
  Effect: "Allow" | "Deny";
  Principal?: "*" | { Service: string };
  Action: string | string[];
  Resource?: string | string[];
  Condition?: Record<string, Record<string, string>>;
}

/** A bucket and the key that locks it up, by their ARNs. */
export interface Store {
  bucket: string;
  key: string;
}

/** What would undo the protection of a bucket, or what is stored in it. */
const UNDOING = [
  "s3:BypassGovernanceRetention",
  "s3:DeleteBucket",
  "s3:DeleteBucketPolicy",
  "s3:DeleteObjectVersion",
  "s3:PutBucketAcl",
  "s3:PutBucketLogging",
  "s3:PutBucketObjectLockConfiguration",
  "s3:PutBucketOwnershipControls",
  "s3:PutBucketPolicy",
  "s3:PutBucketPublicAccessBlock",
  "s3:PutBucketVersioning",
  "s3:PutEncryptionConfiguration",
  "s3:PutLifecycleConfiguration",
  "s3:PutObjectAcl",
  "s3:PutObjectLegalHold",
  "s3:PutObjectRetention",
  "s3:PutReplicationConfiguration",
];

/** Without its key a backup is lost. */
const LOCKING_OUT = ["kms:CreateGrant", "kms:DisableKey", "kms:PutKeyPolicy", "kms:ScheduleKeyDeletion"];

const all = (bucket: string): string => `${bucket}/*`;
const policy = (...Statement: Statement[]): Policy => ({ Version: "2012-10-17", Statement });

/** Refuses whoever does not come through TLS, the owner of the account too. */
export function tlsOnly(bucket: string): Policy {
  return policy({
    Sid: "OnlyThroughTls",
    Effect: "Deny",
    Principal: "*",
    Action: "s3:*",
    Resource: [bucket, all(bucket)],
    Condition: { Bool: { "aws:SecureTransport": "false" } },
  });
}

/**
 * For what makes backups and cleans up after itself. It may delete a file, which leaves its version where it is, for
 * pgBackRest and restic take away what they no longer keep. What it may not is said twice: by not being allowed, and by
 * a denial that stands when somebody allows the user more.
 */
export function writerPolicy({ bucket, key }: Store): Policy {
  return policy(
    {
      Sid: "FindFiles",
      Effect: "Allow",
      Action: ["s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketMultipartUploads"],
      Resource: bucket,
    },
    {
      Sid: "KeepFiles",
      Effect: "Allow",
      Action: [
        "s3:AbortMultipartUpload",
        "s3:DeleteObject",
        "s3:GetObject",
        "s3:ListMultipartUploadParts",
        "s3:PutObject",
      ],
      Resource: all(bucket),
    },
    // An upload in parts is put together from what is encrypted already, so it needs to decrypt.
    { Sid: "UseKey", Effect: "Allow", Action: ["kms:Decrypt", "kms:GenerateDataKey"], Resource: key },
    { Sid: "UndoNothing", Effect: "Deny", Action: UNDOING, Resource: [bucket, all(bucket)] },
    { Sid: "LockNobodyOut", Effect: "Deny", Action: LOCKING_OUT, Resource: key },
  );
}

/** For restores, out of the replica too: of each file any version, and nothing else. */
export function readerPolicy(stores: readonly Store[]): Policy {
  return policy(
    {
      Sid: "FindFiles",
      Effect: "Allow",
      Action: ["s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketVersions"],
      Resource: stores.map(({ bucket }) => bucket),
    },
    {
      Sid: "ReadFiles",
      Effect: "Allow",
      Action: ["s3:GetObject", "s3:GetObjectVersion"],
      Resource: stores.map(({ bucket }) => all(bucket)),
    },
    { Sid: "UseKeys", Effect: "Allow", Action: "kms:Decrypt", Resource: stores.map(({ key }) => key) },
  );
}

/** Who may act as the role: S3 itself. */
export function replicatorTrust(): Policy {
  return policy({
    Sid: "S3Itself",
    Effect: "Allow",
    Principal: { Service: "s3.amazonaws.com" },
    Action: "sts:AssumeRole",
  });
}

/** For S3, to copy from one bucket into the other: locks and marks of deletion go along, a version is never deleted. */
export function replicatorPolicy(from: Store, to: Store): Policy {
  return policy(
    {
      Sid: "ReadConfiguration",
      Effect: "Allow",
      Action: ["s3:GetReplicationConfiguration", "s3:ListBucket"],
      Resource: from.bucket,
    },
    {
      Sid: "ReadVersions",
      Effect: "Allow",
      Action: [
        "s3:GetObjectLegalHold",
        "s3:GetObjectRetention",
        "s3:GetObjectVersionAcl",
        "s3:GetObjectVersionForReplication",
        "s3:GetObjectVersionTagging",
      ],
      Resource: all(from.bucket),
    },
    {
      Sid: "WriteReplicas",
      Effect: "Allow",
      Action: ["s3:ReplicateDelete", "s3:ReplicateObject", "s3:ReplicateTags"],
      Resource: all(to.bucket),
    },
    { Sid: "Open", Effect: "Allow", Action: "kms:Decrypt", Resource: from.key },
    { Sid: "LockUp", Effect: "Allow", Action: ["kms:Encrypt", "kms:GenerateDataKey"], Resource: to.key },
  );
}
