import assert from "node:assert/strict";
import { it } from "node:test";
import { stackFileSchema } from "./json-schema";
import { isMap, valueAt } from "./path";

const schema = stackFileSchema("shop");

it("describes a whole stack file under the project's prefix", () => {
  assert.deepEqual(valueAt(schema, ["properties", "config", "required"]), ["shop:name", "shop:tag", "shop:processes"]);
  const top = valueAt(schema, ["properties"]);
  assert.deepEqual(Object.keys(isMap(top) ? top : {}), [
    "config",
    "encryptionsalt",
    "encryptedkey",
    "secretsprovider",
    "environment",
  ]);
});

it("takes nothing but an encrypted value as a secret", () =>
  assert.deepEqual(
    valueAt(schema, ["properties", "config", "properties", "shop:secrets", "additionalProperties", "required"]),
    ["secure"],
  ));

it("leaves the settings of others alone, and knows its own", () => {
  const patterns = valueAt(schema, ["properties", "config", "patternProperties"]);
  const [others = ""] = Object.keys(isMap(patterns) ? patterns : {});
  assert.deepEqual(
    ["docker:host", "shop:tga", "plain"].map((key) => new RegExp(others).test(key)),
    [true, false, false],
  );
});
