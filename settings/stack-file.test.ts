import assert from "node:assert/strict";
import { it } from "node:test";
import { readStackFile, stackOf } from "./stack-file";

it("keeps what was typed beside what YAML made of it", () => {
  const { leaves } = readStackFile('config:\n  shop:tag: 1.10\n  shop:env: { A: 007, B: "007" }\n', "shop");
  assert.deepEqual(leaves, [
    { path: ["tag"], value: 1.1, source: "1.10", secure: false },
    { path: ["env", "A"], value: 7, source: "007", secure: false },
    { path: ["env", "B"], value: "007", source: "007", secure: false },
  ]);
});

it("tells encrypted values from plain ones beside them, and hides their ciphertext", () => {
  const { tree, leaves } = readStackFile("config:\n  shop:secrets:\n    A: { secure: v1:abc }\n    B: plain\n", "shop");
  assert.deepEqual(tree, { secrets: { A: "(secret)", B: "plain" } });
  assert.deepEqual(
    leaves.map(({ path, secure }) => [path.join("."), secure]),
    [
      ["secrets.A", true],
      ["secrets.B", false],
    ],
  );
});

it("follows anchors, as Pulumi does", () => {
  const { tree } = readStackFile(
    "config:\n  shop:env: &all { A: b }\n  shop:processes: { web: { env: *all } }\n",
    "shop",
  );
  assert.deepEqual(tree, { env: { A: "b" }, processes: { web: { env: { A: "b" } } } });
});

it("reads the stack's name from the file's", () => {
  assert.deepEqual(["Pulumi.prod.yaml", "some/where/Pulumi.a.b.yml", "other.yaml"].map(stackOf), [
    "prod",
    "a.b",
    "STACK",
  ]);
});

it("takes the texts that pulumi config set makes of true and false for what they were", () => {
  const { tree } = readStackFile(
    'config:\n  tidemark:throwAway: "true"\n  tidemark:database: "false"\n  tidemark:tag: "true"\n',
    "tidemark",
  );
  assert.deepEqual(tree, { throwAway: true, database: false, tag: "true" });
});
