import { randomBytes } from "node:crypto";

import type { Change, Problem } from "./plugin";
import { type Bag, holdsUnknown, reveal, sameValue, type Value } from "./value";

/** What a resource's property can hold and what a change of it means. */
export interface Attribute {
  type: "text" | "flag" | "number" | "texts" | "other";
  required?: true;
  default?: Value;
  /** What leaving it out amounts to. */
  empty?: Value;
  /** Left out, it is whatever the server has: no difference then. "DEFAULT" says the same. */
  computed?: true;
  /** A change needs a new resource. */
  replaces?: true;
  /** Order and repetition mean nothing. */
  set?: true;
  /** Why a stand-in cannot do it. */
  refused?: string;
  /** What is wrong with a value, beyond its type. */
  problem?(value: Value): string | undefined;
  /** What is the same in two spellings. */
  comparable?(value: Value): Value;
}

export type Attributes = Record<string, Attribute>;

const fits: Record<Attribute["type"], (value: Value) => boolean> = {
  text: (value) => typeof value === "string" && !value.includes("\0"),
  flag: (value) => typeof value === "boolean",
  number: Number.isInteger,
  texts: (value) => Array.isArray(value) && value.every(fits.text),
  other: () => true,
};

const wanted = {
  text: "a text without NUL",
  flag: "true or false",
  number: "a whole number",
  texts: "a list of texts",
  other: "a value",
};

export function defaultsOf(attributes: Attributes): Bag {
  const entries = Object.entries(attributes).flatMap(([name, its]) =>
    its.default === undefined ? [] : [[name, its.default] as const],
  );
  return Object.fromEntries(entries);
}

/** Values never appear in the reasons, for any of them may be secret. */
export function attributeProblems(attributes: Attributes, inputs: Bag): Problem[] {
  const given = Object.entries(inputs).flatMap(([property, value]) => {
    const attribute = attributes[property];
    if (!attribute)
      return [{ property, reason: `there is no such input; there are ${Object.keys(attributes).join(", ")}` }];
    if (attribute.refused) return [{ property, reason: attribute.refused }];
    if (holdsUnknown(value)) return [];
    if (!fits[attribute.type](reveal(value))) return [{ property, reason: `it must be ${wanted[attribute.type]}` }];
    const reason = attribute.problem?.(reveal(value));
    return reason === undefined ? [] : [{ property, reason }];
  });
  const missing = Object.entries(attributes)
    .filter(([property, { required }]) => required && inputs[property] === undefined)
    .map(([property]) => ({ property, reason: "it is required" }));
  return [...given, ...missing];
}

export function attributeChanges(attributes: Attributes, state: Bag, news: Bag): Record<string, Change> {
  const changes: Record<string, Change> = {};
  for (const [name, attribute] of Object.entries(attributes)) {
    const now = news[name];
    if (attribute.computed && isServersChoice(now)) continue;
    if (now !== undefined && holdsUnknown(now)) changes[name] = "update";
    else if (!sameAttribute(attribute, state[name], now)) {
      changes[name] = now === undefined ? "delete" : state[name] === undefined ? "add" : "update";
    }
  }
  return changes;
}

export function sameAttribute(attribute: Attribute, one: Value | undefined, other: Value | undefined): boolean {
  const absent = attribute.default ?? attribute.empty;
  return sameValue(comparable(attribute, one ?? absent), comparable(attribute, other ?? absent));
}

/** As the official plugin names what the program did not: `app` becomes `app-4f0c2d1`. */
export function generatedName(name: string, seed: Uint8Array): string {
  const source = seed.length > 3 ? Buffer.from(seed) : randomBytes(4);
  return `${name}-${source.toString("hex").slice(0, 7)}`;
}

function isServersChoice(value: Value | undefined): boolean {
  return value === undefined || value === "" || (typeof value === "string" && value.toUpperCase() === "DEFAULT");
}

function comparable({ set, comparable: normal }: Attribute, value: Value | undefined): Value | undefined {
  const plain = value === undefined ? undefined : reveal(value);
  if (normal) return plain === undefined ? undefined : normal(plain);
  return set && Array.isArray(plain) ? [...new Set(plain as string[])].sort() : plain;
}
