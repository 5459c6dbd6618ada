import assert from "node:assert/strict";
import { it } from "node:test";
import { descents, foreign, rootOf } from "./lineage";

const all = [{ generation: 1 }, { generation: 2, from: "latest", root: 1 }, { generation: 3 }];

it("has a restored generation come from the one before it, whatever that one came from", () => {
  assert.equal(rootOf(4, true, all), 3);
  assert.equal(rootOf(3, true, all.slice(0, 2)), 1);
  assert.equal(rootOf(2, true, all), 1);
});

it("has what begins empty, and what is restored where nothing is known, come from itself", () => {
  assert.equal(rootOf(4, false, all), 4);
  assert.equal(rootOf(7, true, []), 7);
  assert.equal(rootOf(1, false, all), 1);
});

it("reads the records of one volume's generations", async () => {
  const record = (name: string, data: object) => ({
    Spec: { Name: name, Data: Buffer.from(JSON.stringify(data)).toString("base64") },
  });
  const api = async (): Promise<unknown> => [
    record("shop-dev-postgres-g1-record", { volume: "v", filled: "f" }),
    record("shop-dev-postgres-g2-record", { volume: "v", filled: "f", from: "latest", root: 1 }),
    record("shop-dev-postgres-g3-record", { volume: "v", filled: "f", from: "latest", root: 3 }),
    record("shop-dev-postgres-g3-roles", {}),
    record("shop-dev-media-g1-record", { volume: "v", filled: "f" }),
  ];
  assert.deepEqual(await descents(api, "shop-dev", { base: "shop-dev-postgres" }), [
    ...all.slice(0, 2),
    { generation: 3, from: "latest", root: 3, known: true },
  ]);
});

it("has roles that came with a backup taken over once, where nothing is known of them", () => {
  assert.equal(foreign(7, true, []), true);
  assert.equal(foreign(7, true, [{ generation: 7, from: "latest", root: 7 }]), true, "it was ended in the middle");
  assert.equal(foreign(7, true, [{ generation: 7, from: "latest", root: 7, known: true }]), false);
  assert.equal(foreign(2, true, [{ generation: 1 }]), false, "they are those of the first");
  assert.equal(foreign(1, false, []), false);
});
