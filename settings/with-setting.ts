import { isMap, isScalar, parseDocument, type Node, type Pair, type YAMLMap } from "yaml";
import { inYaml } from "./in-yaml";

/** A setting at the top, or one directly below such a one. */
export type Place = readonly [key: string, inner?: string];

/**
 * The text of a stack file with another value in one place; all else, comments too, stays to the letter.
 * What is written short, as true or false, is written so again.
 */
export function withSetting(text: string, [key, inner]: Place, value: unknown, project = "tidemark"): string {
  const { contents } = parseDocument(text);
  const config = isMap(contents) ? valueOf(pairOf(contents, ["config"])) : undefined;
  if (!isMap(config)) throw new Error("the stack file has no config");
  const pair = pairOf(config, [key, `${project}:${key}`]);
  if (!pair)
    return added(text, config, `${project}:${key}: ${inYaml(inner === undefined ? value : { [inner]: value })}`);
  const held = valueOf(pair);
  if (inner === undefined || !isMap(held)) {
    const short = inner === undefined || (isScalar(held) && /^(true|false)$/.test(String(held.value)));
    return replaced(text, pair, inYaml(short ? value : { [inner]: value }));
  }
  const place = pairOf(held, [inner]);
  return place ? replaced(text, place, inYaml(value)) : added(text, held, `${inner}: ${inYaml(value)}`);
}

function pairOf({ items }: YAMLMap, names: readonly string[]): Pair | undefined {
  return items.find(({ key }) => isScalar(key) && names.includes(String(key.value)));
}

function valueOf(pair: Pair | undefined): unknown {
  return pair?.value;
}

/** Where a node begins, and where what it says ends. */
function rangeOf(node: unknown): [start: number, end: number] {
  const [start = 0, end = 0] = (node as Node | null)?.range ?? [];
  return [start, end];
}

function replaced(text: string, { key, value }: Pair, by: string): string {
  const [, from] = rangeOf(key);
  const to = Math.max(from + 1, rangeOf(value)[1]);
  const end = from + text.slice(from, to).trimEnd().length;
  return `${text.slice(0, from)}: ${by}${text.slice(end)}`;
}

/** As the last of a map. */
function added(text: string, map: YAMLMap, line: string): string {
  const [start, end] = rangeOf(map);
  const last = map.items.at(-1);
  if (map.flow || !last) {
    const rest = text.slice(start + 1);
    return `${text.slice(0, start + 1)} ${line}${last ? "," : " "}${rest}`;
  }
  const [first] = rangeOf(map.items[0]?.key);
  const indent = " ".repeat(first - (text.lastIndexOf("\n", first - 1) + 1));
  const said = start + text.slice(start, end).trimEnd().length;
  const newline = text.indexOf("\n", said);
  const at = newline < 0 ? text.length : newline;
  return `${text.slice(0, at)}\n${indent}${line}${text.slice(at)}`;
}
