import { Struct } from "google-protobuf/google/protobuf/struct_pb";

/** What a property can hold once it has left the wire. */
export type Value = null | boolean | number | string | Value[] | Bag | Secret | Unknown;

/** The properties of one resource, by name. */
export interface Bag {
  [name: string]: Value;
}

/** A value that must stay encrypted in the state; printing it gives nothing away. */
export class Secret {
  constructor(readonly value: Value) {}

  toString(): string {
    return "(secret)";
  }

  toJSON(): string {
    return "(secret)";
  }
}

/** A value that only exists after another resource has been made. Seen during previews. */
export class Unknown {}

// Both are constants of Pulumi's wire format.
const signature = "4dabf18193072939515e22adb298388d";
const secretSignature = "1b47061264138c4ac30d75fd1eb44270";
const unknownText = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

export function decode(wire: Struct | undefined): Bag {
  return wire === undefined ? {} : (fromWire(wire.toJavaScript()) as Bag);
}

export function encode(bag: Bag): Struct {
  return Struct.fromJavaScript(toWire(bag) as Parameters<typeof Struct.fromJavaScript>[0]);
}

/** The same value with every secret in it laid open: for use, never for the state. */
export function reveal(value: Value): Value {
  if (value instanceof Secret) return reveal(value.value);
  if (Array.isArray(value)) return value.map(reveal);
  return isBag(value) ? mapBag(value, reveal) : value;
}

export function holdsSecret(value: Value | undefined): boolean {
  return value !== undefined && holds(value, (one) => one instanceof Secret);
}

export function holdsUnknown(value: Value | undefined): boolean {
  return value !== undefined && holds(value, (one) => one instanceof Unknown);
}

export function sameValue(one: Value | undefined, other: Value | undefined): boolean {
  return canonical(one) === canonical(other);
}

export function isBag(value: Value | undefined): value is Bag {
  return (
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof Secret) &&
    !(value instanceof Unknown)
  );
}

function holds(value: Value, wanted: (one: Value) => boolean): boolean {
  if (wanted(value)) return true;
  if (value instanceof Secret) return holds(value.value, wanted);
  if (Array.isArray(value)) return value.some((one: Value) => holds(one, wanted));
  return isBag(value) && Object.values(value).some((one) => holds(one, wanted));
}

function canonical(value: Value | undefined): string {
  if (value === undefined) return "absent";
  return JSON.stringify(reveal(value), (_name, one: Value) =>
    isBag(one) ? Object.fromEntries(Object.entries(one).sort(([a], [b]) => (a < b ? -1 : 1))) : one,
  );
}

function fromWire(value: unknown): Value {
  if (value === unknownText) return new Unknown();
  if (Array.isArray(value)) return value.map(fromWire);
  if (typeof value !== "object" || value === null) return value as Value;
  const fields = value as Record<string, unknown>;
  if (fields[signature] === secretSignature) return new Secret(fromWire(fields["value"]));
  return Object.fromEntries(Object.entries(fields).map(([name, one]) => [name, fromWire(one)]));
}

function toWire(value: Value): unknown {
  if (value instanceof Unknown) return unknownText;
  if (value instanceof Secret) return { [signature]: secretSignature, value: toWire(value.value) };
  if (Array.isArray(value)) return value.map(toWire);
  return isBag(value) ? mapBag(value, toWire) : value;
}

function mapBag<T>(bag: Bag, change: (value: Value) => T): Record<string, T> {
  return Object.fromEntries(
    Object.entries(bag)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [name, change(value)]),
  );
}
