import { Role } from "@pulumi/aws/iam/role";
import { RolePolicy } from "@pulumi/aws/iam/rolePolicy";
import { BucketReplicationConfig } from "@pulumi/aws/s3/bucketReplicationConfig";
import * as pulumi from "@pulumi/pulumi";
import { STACK_LABEL, type Scope } from "../swarm/scope";
import type { LockedBucket } from "./locked-bucket";
import { replicatorPolicy, replicatorTrust } from "./policies";

export interface ReplicationArgs {
  scope: Pick<Scope, "prefix">;
  from: LockedBucket;
  to: LockedBucket;
  /** Of the bucket that is replicated. @default the provider's */
  region?: string;
}

/** Has S3 copy what is put into one bucket into the other, as a role that nobody else can be. */
export class Replication extends pulumi.ComponentResource {
  readonly role: pulumi.Output<string>;

  constructor(name: string, args: ReplicationArgs, opts?: pulumi.ComponentResourceOptions) {
    super("tidemark:backup:Replication", name, {}, opts);
    const { from, to } = args;
    const role = new Role(
      `${name}-role`,
      {
        path: "/tidemark/",
        tags: { [STACK_LABEL]: args.scope.prefix },
        assumeRolePolicy: JSON.stringify(replicatorTrust()),
      },
      { parent: this },
    );
    const policy = new RolePolicy(
      `${name}-policy`,
      {
        role: role.name,
        policy: pulumi.all([from.store, to.store]).apply((stores) => JSON.stringify(replicatorPolicy(...stores))),
      },
      { parent: this },
    );
    new BucketReplicationConfig(
      `${name}-rule`,
      {
        ...(args.region !== undefined && { region: args.region }),
        bucket: from.bucket,
        role: role.arn,
        rules: [
          {
            id: "everything",
            status: "Enabled",
            priority: 1,
            filter: { prefix: "" },
            // A deleted file is hidden there too, and its version goes after the replica's own lock: without the marks
            // the replica would keep for ever what the retention has let go.
            deleteMarkerReplication: { status: "Enabled" },
            // What is encrypted by a key of KMS is left out unless it is asked for.
            sourceSelectionCriteria: { sseKmsEncryptedObjects: { status: "Enabled" } },
            destination: {
              bucket: to.store.bucket,
              encryptionConfiguration: { replicaKmsKeyId: to.store.key },
            },
          },
        ],
      },
      { parent: this, dependsOn: [policy, from.versioning, to.versioning] },
    );
    this.role = role.arn;
    this.registerOutputs({ role: this.role });
  }
}
