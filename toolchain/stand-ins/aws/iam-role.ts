import type { RoleArgs } from "@pulumi/aws/iam/role";
import type { Unwrap } from "@pulumi/pulumi";

import { dropped, listOf, policy, refused, tags, tagsOf } from "./attributes";
import type { Kind } from "./managed";
import { decodedPolicy, policyText } from "./policy";

type Role = Unwrap<RoleArgs>;

export const role: Kind<Role> = {
  attributes: {
    assumeRolePolicy: { ...policy, required: true },
    description: { type: "text", default: "" },
    forceDetachPolicies: refused,
    inlinePolicies: refused,
    managedPolicyArns: refused,
    maxSessionDuration: { type: "number", default: 3600 },
    name: { type: "text", replaces: true },
    namePrefix: refused,
    path: { type: "text", default: "/", replaces: true },
    permissionsBoundary: refused,
    tags,
  },
  named: { as: "name", longest: 64 },

  async create({ iam }, wanted) {
    await iam.createRole({
      RoleName: wanted.name,
      Path: wanted.path,
      Description: wanted.description,
      MaxSessionDuration: wanted.maxSessionDuration,
      AssumeRolePolicyDocument: policyText(wanted.assumeRolePolicy),
      Tags: listOf(wanted.tags),
    });
    return { id: wanted.name! };
  },

  async read({ iam }, RoleName) {
    const { Role: its } = await iam.getRole({ RoleName });
    return (
      its && {
        name: its.RoleName,
        path: its.Path,
        description: its.Description ?? "",
        maxSessionDuration: its.MaxSessionDuration,
        assumeRolePolicy: decodedPolicy(its.AssumeRolePolicyDocument),
        arn: its.Arn,
        uniqueId: its.RoleId,
        createDate: its.CreateDate?.toISOString(),
        ...tagsOf(its.Tags),
      }
    );
  },

  async update({ iam }, RoleName, was, wanted) {
    await iam.updateAssumeRolePolicy({ RoleName, PolicyDocument: policyText(wanted.assumeRolePolicy) });
    await iam.updateRole({
      RoleName,
      Description: wanted.description,
      MaxSessionDuration: wanted.maxSessionDuration,
    });
    const TagKeys = dropped(was.tags, wanted.tags);
    if (TagKeys.length > 0) await iam.untagRole({ RoleName, TagKeys });
    const Tags = listOf(wanted.tags);
    if (Tags.length > 0) await iam.tagRole({ RoleName, Tags });
  },

  async delete({ iam }, RoleName) {
    await iam.deleteRole({ RoleName });
  },
};
