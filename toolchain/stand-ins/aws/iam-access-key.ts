import type { AccessKeyArgs } from "@pulumi/aws/iam/accessKey";
import type { Unwrap } from "@pulumi/pulumi";

import { refused } from "./attributes";
import type { Kind } from "./managed";

type AccessKey = Unwrap<AccessKeyArgs>;

/** Its secret is told once, when it is made; an imported one has none. */
export const accessKey: Kind<AccessKey> = {
  attributes: {
    pgpKey: refused,
    status: { type: "text", default: "Active" },
    user: { type: "text", required: true, replaces: true },
  },
  secret: ["secret"],

  async create({ iam }, { user, status }) {
    const { AccessKey: made } = await iam.createAccessKey({ UserName: user });
    const id = made!.AccessKeyId!;
    if (status === "Inactive") await iam.updateAccessKey({ UserName: user, AccessKeyId: id, Status: status });
    return { id, outputs: { secret: made!.SecretAccessKey! } };
  },

  async read({ iam }, AccessKeyId, { user }) {
    const UserName = user ?? (await iam.getAccessKeyLastUsed({ AccessKeyId })).UserName;
    const { AccessKeyMetadata = [] } = await iam.listAccessKeys({ UserName });
    const found = AccessKeyMetadata.find((one) => one.AccessKeyId === AccessKeyId);
    return found && { user: UserName, status: found.Status, createDate: found.CreateDate?.toISOString() };
  },

  async update({ iam }, AccessKeyId, { user }, { status }) {
    await iam.updateAccessKey({ UserName: user, AccessKeyId, Status: status === "Inactive" ? status : "Active" });
  },

  async delete({ iam }, AccessKeyId, { user }) {
    await iam.deleteAccessKey({ UserName: user, AccessKeyId });
  },
};
