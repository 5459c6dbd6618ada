import { stringify } from "yaml";

/** A value as it stands in YAML, on one line. */
export function inYaml(value: unknown): string {
  const options = {
    collectionStyle: "flow",
    lineWidth: 0,
    defaultStringType: "QUOTE_DOUBLE",
    defaultKeyType: "PLAIN",
  } as const;
  return stringify(value, options).trim();
}
