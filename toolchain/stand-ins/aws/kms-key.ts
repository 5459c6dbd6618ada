import type { KMS } from "@aws-sdk/client-kms";
import type { KeyArgs } from "@pulumi/aws/kms/key";
import type { Unwrap } from "@pulumi/pulumi";

import { dropped, flag, policy, refused, region, tags, tagsOf } from "./attributes";
import type { Kind } from "./managed";
import { policyText } from "./policy";

type Key = Unwrap<KeyArgs>;

export const key: Kind<Key> = {
  attributes: {
    bypassPolicyLockoutSafetyCheck: refused,
    customKeyStoreId: refused,
    customerMasterKeySpec: refused,
    deletionWindowInDays: {
      type: "number",
      problem: (days) => (Number(days) >= 7 && Number(days) <= 30 ? undefined : "it must be 7 to 30"),
    },
    description: { type: "text", computed: true },
    enableKeyRotation: flag,
    isEnabled: { ...flag, default: true },
    keyUsage: refused,
    multiRegion: refused,
    policy: { ...policy, computed: true },
    region,
    rotationPeriodInDays: refused,
    tags,
    xksKeyId: refused,
  },

  async create({ kms }, wanted) {
    const { KeyMetadata } = await kms.createKey({
      Description: wanted.description,
      ...(wanted.policy !== undefined && { Policy: policyText(wanted.policy) }),
      Tags: tagList(wanted.tags),
    });
    const id = KeyMetadata!.KeyId!;
    await turn(kms, id, { enableKeyRotation: false, isEnabled: true }, wanted);
    return { id };
  },

  async read({ kms, region }, KeyId) {
    const { KeyMetadata: its } = await kms.describeKey({ KeyId });
    if (!its || its.KeyState === "PendingDeletion") return undefined;
    const { KeyRotationEnabled } = await kms.getKeyRotationStatus({ KeyId });
    const { Policy } = await kms.getKeyPolicy({ KeyId, PolicyName: "default" });
    const { Tags } = await kms.listResourceTags({ KeyId });
    return {
      arn: its.Arn,
      keyId: its.KeyId,
      region,
      description: its.Description,
      enableKeyRotation: KeyRotationEnabled ?? false,
      isEnabled: its.Enabled ?? false,
      policy: Policy,
      ...tagsOf(Tags?.map(({ TagKey, TagValue }) => ({ Key: TagKey, Value: TagValue }))),
    };
  },

  async update({ kms }, KeyId, was, wanted) {
    await turn(kms, KeyId, was, wanted);
    if (wanted.description !== undefined && wanted.description !== was.description) {
      await kms.updateKeyDescription({ KeyId, Description: wanted.description });
    }
    if (wanted.policy !== undefined && wanted.policy !== was.policy) {
      await kms.putKeyPolicy({ KeyId, PolicyName: "default", Policy: policyText(wanted.policy) });
    }
    const TagKeys = dropped(was.tags, wanted.tags);
    if (TagKeys.length > 0) await kms.untagResource({ KeyId, TagKeys });
    const Tags = tagList(wanted.tags);
    if (Tags.length > 0) await kms.tagResource({ KeyId, Tags });
  },

  // KMS waits before it does it, and until then it can be taken back.
  async delete({ kms }, KeyId, was) {
    await kms.scheduleKeyDeletion({ KeyId, PendingWindowInDays: was.deletionWindowInDays ?? 30 });
  },
};

type Turned = Pick<Key, "enableKeyRotation" | "isEnabled">;

async function turn(kms: KMS, KeyId: string, was: Turned, wanted: Turned): Promise<void> {
  const [enabled, rotated] = [wanted.isEnabled ?? true, wanted.enableKeyRotation ?? false];
  // Of a key that is off the rotation cannot be changed.
  if (enabled && !(was.isEnabled ?? true)) await kms.enableKey({ KeyId });
  if (rotated !== (was.enableKeyRotation ?? false)) {
    await (rotated ? kms.enableKeyRotation({ KeyId }) : kms.disableKeyRotation({ KeyId }));
  }
  if (!enabled && (was.isEnabled ?? true)) await kms.disableKey({ KeyId });
}

function tagList(tags: Record<string, string> = {}): { TagKey: string; TagValue: string }[] {
  return Object.entries(tags).map(([TagKey, TagValue]) => ({ TagKey, TagValue }));
}
