import { PluginError, type Resource } from "../server/plugin";
import { serve } from "../server/serve";
import { Clients } from "./clients";
import { configOf, configProblems } from "./config";
import { accessKey } from "./iam-access-key";
import { rolePolicy, userPolicy } from "./iam-inline-policy";
import { role } from "./iam-role";
import { user } from "./iam-user";
import { key } from "./kms-key";
import { type Kind, managed } from "./managed";
import { bucket } from "./s3-bucket";
import * as settings from "./s3-settings";

let clients: Clients | undefined;

function resource<Inputs>(kind: Kind<Inputs>): Resource {
  return managed(kind, () => {
    if (!clients) throw new PluginError("the aws provider has no configuration yet");
    return clients;
  });
}

void serve({
  name: "aws",
  version: "7.48.0",
  resources: {
    "aws:iam/accessKey:AccessKey": resource(accessKey),
    "aws:iam/role:Role": resource(role),
    "aws:iam/rolePolicy:RolePolicy": resource(rolePolicy),
    "aws:iam/user:User": resource(user),
    "aws:iam/userPolicy:UserPolicy": resource(userPolicy),
    "aws:kms/key:Key": resource(key),
    "aws:s3/bucket:Bucket": resource(bucket),
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": resource(settings.lifecycle),
    "aws:s3/bucketLogging:BucketLogging": resource(settings.logging),
    "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration": resource(settings.objectLock),
    "aws:s3/bucketOwnershipControls:BucketOwnershipControls": resource(settings.ownershipControls),
    "aws:s3/bucketPolicy:BucketPolicy": resource(settings.bucketPolicy),
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": resource(settings.publicAccessBlock),
    "aws:s3/bucketReplicationConfig:BucketReplicationConfig": resource(settings.replication),
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": resource(
      settings.encryption,
    ),
    "aws:s3/bucketVersioning:BucketVersioning": resource(settings.versioning),
  },
  checkConfig: (config) => configProblems(config),
  configure: (config) => {
    clients = new Clients(configOf(config));
  },
  // A request is short, and AWS has done it or not.
  cancel: () => undefined,
  leave: () => Promise.resolve(),
});
