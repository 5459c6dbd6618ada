import type { UserArgs } from "@pulumi/aws/iam/user";
import type { Unwrap } from "@pulumi/pulumi";

import { dropped, listOf, refused, tags, tagsOf } from "./attributes";
import type { Kind } from "./managed";

type User = Unwrap<UserArgs>;

export const user: Kind<User> = {
  attributes: {
    forceDestroy: refused,
    name: { type: "text", replaces: true },
    path: { type: "text", default: "/" },
    permissionsBoundary: refused,
    tags,
  },
  named: { as: "name", longest: 64 },

  async create({ iam }, { name, path, tags }) {
    await iam.createUser({ UserName: name, Path: path, Tags: listOf(tags) });
    return { id: name! };
  },

  async read({ iam }, UserName) {
    const { User: its } = await iam.getUser({ UserName });
    return its && { name: its.UserName, path: its.Path, arn: its.Arn, uniqueId: its.UserId, ...tagsOf(its.Tags) };
  },

  async update({ iam }, UserName, was, wanted) {
    // First, for the path is part of the ARN, and a server may keep the tags by that.
    if (wanted.path !== was.path) await iam.updateUser({ UserName, NewPath: wanted.path });
    const TagKeys = dropped(was.tags, wanted.tags);
    if (TagKeys.length > 0) await iam.untagUser({ UserName, TagKeys });
    const Tags = listOf(wanted.tags);
    if (Tags.length > 0) await iam.tagUser({ UserName, Tags });
  },

  async delete({ iam }, UserName) {
    await iam.deleteUser({ UserName });
  },
};
