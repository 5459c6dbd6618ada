import { isBag, type Value } from "../server/value";

/** The text of a policy that a program may give as an object too. */
export function policyText(policy: unknown): string {
  return typeof policy === "string" ? policy : JSON.stringify(policy);
}

export function policyProblem(value: Value): string | undefined {
  try {
    return isBag(parsed(value)) ? undefined : "it must be a policy: a JSON object";
  } catch (failure) {
    if (failure instanceof SyntaxError) return "it must be a policy, and it is no JSON";
    throw failure;
  }
}

/** A list of one is the same as the one, and the order of actions and resources means nothing. */
export function comparablePolicy(value: Value): Value {
  return settled(parsed(value));
}

/** IAM hands its policies out encoded as for an address. */
export function decodedPolicy(text: string | undefined): string | undefined {
  return text === undefined ? undefined : decodeURIComponent(text);
}

function parsed(value: Value): Value {
  return typeof value === "string" ? (JSON.parse(value) as Value) : value;
}

function settled(value: Value): Value {
  if (Array.isArray(value)) {
    const all = value.map(settled);
    if (all.length === 1) return all[0]!;
    return all.every((one) => typeof one === "string") ? [...all].sort() : all;
  }
  return isBag(value) ? Object.fromEntries(Object.entries(value).map(([name, one]) => [name, settled(one)])) : value;
}
