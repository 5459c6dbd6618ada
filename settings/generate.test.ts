import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { it } from "node:test";
import { generated } from "./generate";
import { manual, type Entry } from "./manual";

for (const [path, text] of Object.entries(generated()))
  it(`${path} says what the schema says; if not: node --require ts-node/register/transpile-only settings/generate.ts`, () =>
    assert.equal(readFileSync(join(__dirname, "..", path), "utf8"), text));

it("says of every setting what it is", () => {
  const silent = (entry: Entry, at: string): string[] => [
    ...Object.entries(entry.properties ?? {}).flatMap(([key, inner]) => [
      ...(inner.description ? [] : [`${at}${key}`]),
      ...silent(inner, `${at}${key}.`),
    ]),
    ...[entry.items, entry.additionalProperties, ...(entry.oneOf ?? []), ...(entry.anyOf ?? [])].flatMap((inner) =>
      inner ? silent(inner, `${at}`) : [],
    ),
  ];
  assert.deepEqual(silent(manual(), ""), []);
});
