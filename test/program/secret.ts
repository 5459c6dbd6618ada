import { specialSecretSig, specialSigKey, unknownValue } from "@pulumi/pulumi/runtime/rpc";

/** What stands where a preview cannot know the value. */
export const UNKNOWN = unknownValue;

interface Marked {
  [specialSigKey]: string;
  value: unknown;
}

function isSecret(value: object): value is Marked {
  return (value as Partial<Marked>)[specialSigKey] === specialSecretSig;
}

/** A value as a resource sent it, with its secrets opened. */
export function revealed(value: unknown): unknown {
  return walked(value, (secret) => revealed(secret));
}

/** The same without its secrets: what the state shows in plain text. */
export function inClear(value: unknown): unknown {
  return walked(value, () => "(secret)");
}

function walked(value: unknown, ofSecret: (value: unknown) => unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((one) => walked(one, ofSecret));
  if (isSecret(value)) return ofSecret(value.value);
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, walked(one, ofSecret)]));
}
