import { isBag, type Value } from "../server/value";

/** What Pulumi calls a property and what AWS does; what a nested one, alone or in a list, is made of. */
export interface Shape {
  [ours: string]: string | readonly [theirs: string, within: Shape];
}

export function toAws(shape: Shape, value: Value): unknown {
  if (Array.isArray(value)) return value.map((one: Value) => toAws(shape, one));
  if (!isBag(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, one]) => one !== undefined && one !== null)
      .map(([ours, one]) => {
        const entry = shape[ours];
        if (entry === undefined) return [ours, one];
        return typeof entry === "string" ? [entry, one] : [entry[0], toAws(entry[1], one)];
      }),
  );
}

/** Nothing is left out: what a program cannot say, but somebody set by hand, has to show as a difference. */
export function fromAws(shape: Shape, value: unknown): Value {
  if (Array.isArray(value)) return value.map((one) => fromAws(shape, one));
  if (value instanceof Date) return value.toISOString();
  if (typeof value !== "object" || value === null) return value as Value;
  const named = Object.entries(shape).map(([ours, entry]) =>
    typeof entry === "string" ? ([entry, [ours, {}]] as const) : ([entry[0], [ours, entry[1]]] as const),
  );
  const byTheirs = new Map<string, readonly [string, Shape]>(named);
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, one]) => one !== undefined)
      .map(([theirs, one]) => {
        const [ours, within] = byTheirs.get(theirs) ?? [lowerFirst(theirs), {}];
        return [ours, fromAws(within, one)];
      }),
  );
}

/** The path of what a stand-in does not know. */
export function unknownIn(shape: Shape, value: Value): string | undefined {
  if (Array.isArray(value)) return value.map((one: Value) => unknownIn(shape, one)).find((path) => path !== undefined);
  if (!isBag(value)) return undefined;
  for (const [ours, one] of Object.entries(value)) {
    const entry = shape[ours];
    if (entry === undefined) return ours;
    const deeper = typeof entry === "string" ? undefined : unknownIn(entry[1], one);
    if (deeper !== undefined) return `${ours}.${deeper}`;
  }
  return undefined;
}

/** AWS says of what is left out that it is empty, off or zero, or nothing at all. */
export function withoutEmpty(value: Value): Value {
  if (Array.isArray(value)) return value.map(withoutEmpty);
  if (!isBag(value)) return value;
  const kept = Object.entries(value)
    .map(([name, one]) => [name, withoutEmpty(one)] as const)
    .filter(([, one]) => !isEmpty(one));
  return Object.fromEntries(kept);
}

function isEmpty(value: Value): boolean {
  if (value === null || value === undefined || [false, "", 0].includes(value as string)) return true;
  return Array.isArray(value) ? value.length === 0 : isBag(value) && Object.keys(value).length === 0;
}

function lowerFirst(name: string): string {
  return name.slice(0, 1).toLowerCase() + name.slice(1);
}
