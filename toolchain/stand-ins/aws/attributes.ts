import type { Attribute } from "../server/attribute";
import { isBag, type Value } from "../server/value";
import { comparablePolicy, policyProblem } from "./policy";
import { type Shape, unknownIn, withoutEmpty } from "./shape";

export const text: Attribute = { type: "text" };
export const flag: Attribute = { type: "flag", default: false };
export const refused: Attribute = {
  type: "other",
  refused: "this stand-in for the aws plugin cannot do it. Leave it out, or install the official plugin.",
};

/** Where a resource is. It cannot move. */
export const region: Attribute = { type: "text", computed: true, replaces: true };

export const tags: Attribute = {
  type: "other",
  empty: {},
  problem: (value) =>
    isBag(value) && Object.values(value).every((one) => typeof one === "string")
      ? undefined
      : "it must be texts by name",
};

export const policy: Attribute = { type: "other", problem: policyProblem, comparable: comparablePolicy };

/** An object, or a list of them. */
export function nested(shape: Shape, its: Partial<Attribute> = {}): Attribute {
  return {
    type: "other",
    comparable: withoutEmpty,
    problem: (value) => {
      const path = unknownIn(shape, value);
      return path === undefined ? undefined : `this stand-in for the aws plugin does not know ${path} in it`;
    },
    ...its,
  };
}

/** Tags as AWS lists them. */
export interface Tag {
  Key: string | undefined;
  Value: string | undefined;
}

export function listOf(tags: Record<string, string> = {}): { Key: string; Value: string }[] {
  return Object.entries(tags)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([Key, Value]) => ({ Key, Value }));
}

export function tagsOf(list: readonly Tag[] | undefined): { tags: Value; tagsAll: Value } {
  const all = Object.fromEntries((list ?? []).map(({ Key = "", Value = "" }) => [Key, Value]));
  return { tags: all, tagsAll: all };
}

/** Names that the one has and the other has not. */
export function dropped(was: Record<string, string> = {}, wanted: Record<string, string> = {}): string[] {
  return Object.keys(was).filter((name) => !(name in wanted));
}
