import { z } from "zod";
import { isMap } from "./path";
import { settingsSchema } from "./schema";

type Json = Record<string, unknown>;

const ENCRYPTED: Json = {
  type: "object",
  description: "Written by `pulumi config set --secret --path secrets.NAME`; the value is typed at its prompt.",
  properties: { secure: { type: "string" } },
  required: ["secure"],
  additionalProperties: false,
};

/** The JSON schema of a whole Pulumi.<stack>.yaml, from which editors complete and underline. */
export function stackFileSchema(project: string): Json {
  const settings = tidy(z.toJSONSchema(settingsSchema, { io: "input", target: "draft-7" })) as {
    properties: Record<string, Json>;
    required: string[];
  };
  const properties = {
    ...settings.properties,
    secrets: { ...settings.properties["secrets"], additionalProperties: ENCRYPTED },
  };
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "A stack of Tidemark",
    type: "object",
    properties: {
      config: {
        type: "object",
        properties: Object.fromEntries(Object.entries(properties).map(([key, one]) => [`${project}:${key}`, one])),
        patternProperties: { [`^(?!${project}:)[^:]+:.+$`]: {} },
        required: settings.required.map((key) => `${project}:${key}`),
        additionalProperties: false,
      },
      encryptionsalt: { type: "string", description: "Pulumi's own, for secrets under a passphrase." },
      encryptedkey: { type: "string", description: "Pulumi's own, for secrets under a key service." },
      secretsprovider: { type: "string", description: "Pulumi's own: what encrypts the secrets." },
      environment: { description: "Pulumi's own: environments that are imported." },
    },
    required: ["config"],
    additionalProperties: false,
  };
}

/** Without what says nothing to a person: the largest whole number, and formats of zod's own. */
function tidy(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(tidy);
  if (!isMap(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key, inner]) => inner !== Number.MAX_SAFE_INTEGER && !(key === "format" && inner === "starts_with"))
      .map(([key, inner]) => [key, tidy(inner)]),
  );
}
