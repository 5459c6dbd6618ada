import type { RolePolicyArgs } from "@pulumi/aws/iam/rolePolicy";
import type { UserPolicyArgs } from "@pulumi/aws/iam/userPolicy";
import type { Unwrap } from "@pulumi/pulumi";

import type { Attribute } from "../server/attribute";
import { policy, refused } from "./attributes";
import type { Aws } from "./clients";
import type { Kind } from "./managed";
import { decodedPolicy, policyText } from "./policy";

type UserPolicy = Unwrap<UserPolicyArgs>;
type RolePolicy = Omit<Unwrap<RolePolicyArgs>, "role"> & { role: string };

const attributes = {
  name: { type: "text", replaces: true },
  namePrefix: refused,
  policy: { ...policy, required: true },
} as const;
const owner: Attribute = { type: "text", required: true, replaces: true };
const named = { as: "name", longest: 128 } as const;

export const userPolicy: Kind<UserPolicy> = {
  attributes: { ...attributes, user: owner },
  named,
  async create(aws, { user, name, policy }) {
    await putOnUser(aws, user, name!, policy);
    return { id: `${user}:${name}` };
  },
  async read({ iam }, id) {
    const [UserName, PolicyName] = parts(id);
    const { PolicyDocument } = await iam.getUserPolicy({ UserName, PolicyName });
    return { user: UserName, name: PolicyName, policy: decodedPolicy(PolicyDocument) };
  },
  update: (aws, _id, _was, { user, name, policy }) => putOnUser(aws, user, name!, policy),
  async delete({ iam }, _id, { user, name }) {
    await iam.deleteUserPolicy({ UserName: user, PolicyName: name });
  },
};

export const rolePolicy: Kind<RolePolicy> = {
  attributes: { ...attributes, role: owner },
  named,
  async create(aws, { role, name, policy }) {
    await putOnRole(aws, role, name!, policy);
    return { id: `${role}:${name}` };
  },
  async read({ iam }, id) {
    const [RoleName, PolicyName] = parts(id);
    const { PolicyDocument } = await iam.getRolePolicy({ RoleName, PolicyName });
    return { role: RoleName, name: PolicyName, policy: decodedPolicy(PolicyDocument) };
  },
  update: (aws, _id, _was, { role, name, policy }) => putOnRole(aws, role, name!, policy),
  async delete({ iam }, _id, { role, name }) {
    await iam.deleteRolePolicy({ RoleName: role, PolicyName: name });
  },
};

async function putOnUser({ iam }: Aws, UserName: string, PolicyName: string, policy: unknown): Promise<void> {
  await iam.putUserPolicy({ UserName, PolicyName, PolicyDocument: policyText(policy) });
}

async function putOnRole({ iam }: Aws, RoleName: string, PolicyName: string, policy: unknown): Promise<void> {
  await iam.putRolePolicy({ RoleName, PolicyName, PolicyDocument: policyText(policy) });
}

function parts(id: string): [owner: string, name: string] {
  const [owner = "", ...name] = id.split(":");
  return [owner, name.join(":")];
}
