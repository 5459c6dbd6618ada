import assert from "node:assert/strict";
import { it } from "node:test";
import { comparablePolicy, decodedPolicy, policyProblem, policyText } from "./policy";

it("takes two spellings of a policy for the same", () => {
  const one = '{"Statement":[{"Action":["s3:b","s3:a"],"Resource":["x"]}]}';
  const other = { Statement: { Resource: "x", Action: ["s3:a", "s3:b"] } };
  assert.deepEqual(comparablePolicy(one), comparablePolicy(other));
  assert.notDeepEqual(comparablePolicy(one), comparablePolicy({ Statement: { Resource: "x", Action: "s3:a" } }));
});

it("refuses what is none", () => {
  assert.match(policyProblem("{")!, /no JSON/);
  assert.match(policyProblem('"text"')!, /JSON object/);
  assert.equal(policyProblem("{}"), undefined);
});

it("writes an object as text, and reads what IAM encoded", () => {
  assert.equal(policyText({ a: 1 }), '{"a":1}');
  assert.equal(decodedPolicy("%7B%22a%22%3A1%7D"), '{"a":1}');
  assert.equal(decodedPolicy(undefined), undefined);
});
