import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { isSecret } from "@pulumi/pulumi";
import { Bucket, type BucketArgs } from "../../components/backup/bucket";
import type { Policy } from "../../components/backup/policies";
import { ofType, the } from "./application";
import { build, type Registered } from "./build";
import { inClear, revealed, UNKNOWN } from "./secret";

const args: BucketArgs = {
  scope: { prefix: "shop-prod", throwAway: false },
  retention: { keep: 4, fullEvery: "7d" },
  region: "eu-central-1",
  replica: { region: "eu-west-1" },
  log: { bucket: "logs" },
};
const all = (its: Partial<BucketArgs> = {}, preview = false): Promise<Registered[]> =>
  build(() => new Bucket("store", { ...args, ...its }), { preview });
const plain = { replica: undefined, log: undefined, region: undefined };

const one = (resources: readonly Registered[], name: string): Registered => {
  const found = resources.filter((its) => its.name === name && its.custom);
  assert.equal(found.length, 1, name);
  return found[0]!;
};
const inputs = (resources: readonly Registered[], name: string): unknown => revealed(one(resources, name).inputs);
const policyOf = (resources: readonly Registered[], name: string): Policy =>
  JSON.parse((inputs(resources, name) as { policy: string }).policy) as Policy;

const PROTECTION = [
  "bucket",
  "encryption",
  "key",
  "lifecycle",
  "lock",
  "ownership",
  "policy",
  "public-access",
  "versioning",
];

let full: Registered[];
before(async () => {
  full = await all();
});

describe("the bucket of a stack's backups", () => {
  for (const preview of [false, true])
    it(`is two of them, a replication and two identities, and nothing else (preview: ${preview})`, async () => {
      const made = (await all({}, preview)).filter(({ custom }) => custom).map(({ name }) => name);
      const parts = (place: string): string[] => PROTECTION.map((part) => `store-${place}-${part}`);
      const identity = (who: string): string[] => ["key-1", "policy", "user"].map((part) => `store-${who}-${part}`);
      assert.deepEqual(
        made.sort(),
        [
          ...parts("here"),
          "store-here-log",
          ...parts("there"),
          ...["policy", "role", "rule"].map((part) => `store-replication-${part}`),
          ...identity("reader"),
          ...identity("writer"),
        ].sort(),
      );
    });

  it("is one, without a role for anybody, where no replica is asked for", async () => {
    const resources = await all(plain);
    assert.equal(resources.filter(({ custom }) => custom).length, PROTECTION.length + 6);
    for (const { inputs } of resources) assert.ok(!("region" in inputs), "the provider's");
  });

  it("names each child after its parent, and no two alike", () => {
    const parents = new Map(full.map((its) => [its.urn, its.name]));
    for (const { name, parent } of full) if (parent) assert.ok(name.startsWith(`${parents.get(parent)}-`), name);
    assert.equal(new Set(full.map(({ urn }) => urn)).size, full.length);
  });

  it("is protected, and stays with all that protects it when the stack goes", () => {
    const staying = full.filter(({ protect, retainOnDelete }) => protect && retainOnDelete).map(({ name }) => name);
    assert.deepEqual(
      staying.sort(),
      ["here", "there"].flatMap((place) => PROTECTION.map((part) => `store-${place}-${part}`)).sort(),
    );
  });

  it("goes with a stack that may be thrown away, but is never emptied by it", async () => {
    const resources = await all({ scope: { prefix: "shop-try", throwAway: true } });
    assert.ok(!resources.some(({ protect, retainOnDelete }) => protect || retainOnDelete));
    for (const { inputs } of resources) assert.ok(!("forceDestroy" in inputs));
  });

  it("is in its region with all its parts, and the replica in the other", () => {
    for (const { name, inputs, type } of full.filter(({ custom }) => custom)) {
      const wanted = type.startsWith("aws:iam/")
        ? undefined
        : name.startsWith("store-there")
          ? "eu-west-1"
          : "eu-central-1";
      assert.equal(inputs["region"], wanted, name);
    }
  });

  it("uses no form of a part that belongs to the bucket itself", () =>
    assert.deepEqual(
      ofType(full, "aws:s3/bucket:Bucket").map(({ inputs }) => Object.keys(inputs).sort()),
      [
        ["objectLockEnabled", "region", "tags"],
        ["objectLockEnabled", "region", "tags"],
      ],
    ));
});

describe("what protects it", () => {
  it("is all that S3 has against the public", () => {
    const { bucket, region, ...flags } = inputs(full, "store-here-public-access") as Record<string, unknown>;
    assert.deepEqual([bucket, region], ["store-here-bucket-1a2b3c4", "eu-central-1"]);
    assert.deepEqual(flags, {
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    });
    assert.deepEqual((inputs(full, "store-here-ownership") as { rule: unknown }).rule, {
      objectOwnership: "BucketOwnerEnforced",
    });
    assert.equal(policyOf(full, "store-here-policy").Statement[0]?.Resource?.[0], "arn:store-here-bucket");
  });

  it("is a lock that follows from the retention, on both", () => {
    for (const place of ["here", "there"]) {
      const rule = { defaultRetention: { mode: "GOVERNANCE", days: 38 } };
      assert.deepEqual((inputs(full, `store-${place}-lock`) as { rule: unknown }).rule, rule);
    }
  });

  it("is a key of its own for each, which is renewed every year", () => {
    for (const place of ["here", "there"]) {
      assert.equal((inputs(full, `store-${place}-key`) as { enableKeyRotation: boolean }).enableKeyRotation, true);
      assert.deepEqual((inputs(full, `store-${place}-encryption`) as { rules: unknown }).rules, [
        {
          applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: `arn:store-${place}-key` },
          bucketKeyEnabled: true,
        },
      ]);
    }
  });

  it("is set in an order that S3 takes", () => {
    const after = (name: string): string[] =>
      one(full, name).dependsOn.flatMap((urn) => full.filter((its) => its.urn === urn).map((its) => its.name));
    assert.ok(after("store-here-lock").includes("store-here-versioning"));
    assert.ok(after("store-here-policy").includes("store-here-ownership"));
    assert.ok(after("store-here-ownership").includes("store-here-public-access"));
    for (const needed of ["store-replication-policy", "store-here-versioning", "store-there-versioning"])
      assert.ok(after("store-replication-rule").includes(needed), needed);
  });
});

describe("who comes to it", () => {
  it("is a writer that knows nothing of the replica, and a reader of both", () => {
    const told = (who: string): string => JSON.stringify(policyOf(full, `store-${who}-policy`));
    assert.ok(!told("writer").includes("there"));
    for (const place of ["arn:store-here-bucket", "arn:store-there-bucket"]) assert.ok(told("reader").includes(place));
  });

  it("has a key for each turn, so that the former one goes last", async () => {
    const resources = await all({ ...plain, turn: 2 });
    assert.deepEqual(
      ofType(resources, "aws:iam/accessKey:AccessKey").map(({ name }) => name),
      ["store-writer-key-2", "store-reader-key-2"],
    );
  });

  it("shows its key to nobody", async () => {
    let bucket: Bucket | undefined;
    await build(() => {
      bucket = new Bucket("store", args);
    });
    assert.ok(await isSecret(bucket!.writer.secretAccessKey));
    for (const { outputs } of full) assert.doesNotMatch(JSON.stringify(inClear(outputs ?? {})), /-secret/);
  });
});

it("copies what is encrypted, and the marks of what is deleted, to the replica under its own key", () => {
  const { role, rules } = inputs(full, "store-replication-rule") as { role: string; rules: unknown[] };
  assert.equal(role, "arn:store-replication-role");
  assert.deepEqual(rules, [
    {
      id: "everything",
      status: "Enabled",
      priority: 1,
      filter: { prefix: "" },
      deleteMarkerReplication: { status: "Enabled" },
      sourceSelectionCriteria: { sseKmsEncryptedObjects: { status: "Enabled" } },
      destination: {
        bucket: "arn:store-there-bucket",
        encryptionConfiguration: { replicaKmsKeyId: "arn:store-there-key" },
      },
    },
  ]);
});

it("has its name only once it is protected, but knows it in a preview", async () => {
  let bucket: Bucket | undefined;
  const previewed = await build(() => (bucket = new Bucket("store", args)), { preview: true });
  assert.equal(one(previewed, "store-here-lock").inputs["bucket"], "store-here-bucket-1a2b3c4");
  assert.equal(one(previewed, "store-here-policy").inputs["policy"], UNKNOWN);
  assert.equal(bucket!.lockDays, 38);
  assert.equal(the(previewed, "tidemark:backup:Bucket", "store").outputs?.["bucket"], "store-here-bucket-1a2b3c4");
});
