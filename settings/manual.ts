import { z } from "zod";
import { inYaml } from "./in-yaml";
import { isMap, valueAt, type Path } from "./path";
import { settingsSchema } from "./schema";

/** What a JSON schema says of one setting, as far as it is used here. */
export interface Entry {
  type?: string;
  title?: string;
  description?: string;
  default?: unknown;
  examples?: unknown[];
  enum?: unknown[];
  const?: unknown;
  pattern?: string;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  minItems?: number;
  properties?: Record<string, Entry>;
  required?: string[];
  additionalProperties?: Entry | false;
  propertyNames?: Entry;
  items?: Entry;
  anyOf?: Entry[];
  oneOf?: Entry[];
}

let made: Entry | undefined;

/** The schema as a person writes it: with defaults left out. */
export function manual(): Entry {
  return (made ??= z.toJSONSchema(settingsSchema, { io: "input" }) as Entry);
}

/** What the manual says of a path; of several forms, the one that the settings took there. */
export function entryAt(path: Path, tree: unknown): Entry | undefined {
  let entry: Entry | undefined = chosen(manual(), tree);
  path.forEach((part, index) => {
    const inner: Entry | false | undefined =
      typeof part === "number" ? entry?.items : (entry?.properties?.[part] ?? entry?.additionalProperties);
    entry = inner ? chosen(inner, valueAt(tree, path.slice(0, index + 1))) : undefined;
  });
  return entry;
}

function chosen(entry: Entry, value: unknown): Entry {
  const all = entry.oneOf ?? entry.anyOf ?? [];
  const list = Array.isArray(value) ? all.find((form) => form.items) : undefined;
  if (list) return { ...list, description: entry.description ?? list.description };
  const forms = all.filter((form) => form.properties);
  const kind = isMap(value) ? value["kind"] : undefined;
  const external = isMap(value) && "external" in value;
  const form =
    forms.find(({ properties }) => kind !== undefined && properties?.["kind"]?.const === kind) ??
    forms.find(({ properties }) => !properties?.["kind"] && "external" in (properties ?? {}) === external);
  return form ? { ...entry, ...form, description: entry.description ?? form.description } : entry;
}

/** The sentence that says what to write. */
export function fixFrom(entry: Entry | undefined): string {
  const example = entry?.examples?.[0] ?? entry?.default;
  const unit = entry !== undefined && hasUnit(entry);
  const such = unit || example === undefined || isEmpty(example) ? "" : `, such as ${inYaml(example)}`;
  if (entry?.const !== undefined) return `Write ${inYaml(entry.const)}, or leave it out.`;
  if (entry?.enum) return `Write one of: ${entry.enum.join(", ")}.`;
  if (entry?.anyOf) return `Write ${kindOf(entry)}.`;
  if (entry) return `Write ${kindOf(entry)}${such}.`;
  return "Take it away.";
}

/** True for what is a number with its unit in one text. */
export function hasUnit({ title }: Entry): boolean {
  return title === "duration" || title === "size";
}

/** What to write there, in a few words. */
export function kindOf(entry: Entry): string {
  if (entry.anyOf || entry.oneOf) return [...new Set((entry.anyOf ?? entry.oneOf ?? []).map(kindOf))].join(", or ");
  if (entry.enum) return entry.enum.join(", ");
  if (entry.const !== undefined) return inYaml(entry.const);
  if (entry.type === "integer") return `a whole number${bounds(entry)}`;
  if (entry.type === "number") return "a number above 0";
  if (entry.type === "boolean") return "true or false";
  if (entry.type === "array") return `a list of ${entry.items?.type === "string" ? "texts" : "entries"}`;
  if (entry.type === "object") return "names and values, indented beneath it";
  if (entry.title === "duration") return 'a length of time with its unit, such as "30s", "5m" or "1h"';
  if (entry.title === "size") return 'a size with its unit, such as "512m" or "2g"';
  if (entry.title === "name") return "small letters, digits and -, beginning with a letter, at most 30";
  return "a text";
}

function bounds({ minimum, maximum }: Entry): string {
  const most = maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER ? maximum : undefined;
  if (minimum !== undefined && most !== undefined) return ` from ${minimum} to ${most}`;
  return minimum === undefined ? "" : `, at least ${minimum}`;
}

function isEmpty(value: unknown): boolean {
  return typeof value === "object" && value !== null && Object.keys(value).length === 0;
}
