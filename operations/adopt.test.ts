import assert from "node:assert/strict";
import { it } from "node:test";
import { knownIds, knowsNothing, settlePending, type StateResource } from "./adopt";

const NETWORK = "docker:index/network:Network";
const of = (name: string, more: Partial<StateResource> = {}): StateResource => ({
  urn: `urn:pulumi:dev::tidemark::${NETWORK}::${name}`,
  type: NETWORK,
  inputs: { name },
  ...more,
});
const pending = (type: string, resource: StateResource) => ({ type, resource });

it("takes what exists into the state, and leaves what does not to be made again", async () => {
  const { deployment, adopted, dropped } = await settlePending(
    {
      version: 3,
      resources: [of("old", { id: "1" })],
      pending_operations: [pending("creating", of("front")), pending("creating", of("back"))],
    },
    async (_, { name }) => (name === "front" ? "2" : undefined),
  );
  assert.deepEqual([adopted, dropped], [["front"], ["back"]]);
  assert.deepEqual(deployment, {
    version: 3,
    resources: [of("old", { id: "1" }), of("front", { id: "2", outputs: { name: "front", id: "2" } })],
    pending_operations: [],
  });
});

it("forgets what else was under way: a refresh reads what came of it", async () => {
  const resources = [of("a", { id: "1" }), of("b", { id: "2" })];
  const operations = [pending("updating", of("a", { id: "1" })), pending("deleting", of("b", { id: "2" }))];
  const { deployment, adopted, dropped } = await settlePending(
    { resources, pending_operations: operations },
    async () => "9",
  );
  assert.deepEqual([deployment.resources, adopted, dropped], [resources, [], []]);
});

it("keeps the one that is live when its successor was half-made beside it", async () => {
  const live = of("a", { id: "1" });
  const { deployment, dropped } = await settlePending(
    { resources: [live], pending_operations: [pending("creating", of("a"))] },
    async () => "2",
  );
  assert.deepEqual([deployment.resources, dropped], [[live], ["a"]]);
});

it("takes a successor in whose predecessor had to go first", async () => {
  const before = [of("a", { id: "1", pendingReplacement: true }), of("b", { id: "3", delete: true })];
  const operations = [pending("creating", of("a")), pending("creating", of("b"))];
  const { deployment } = await settlePending(
    { resources: before, pending_operations: operations },
    async (_, { name }) => `new ${String(name)}`,
  );
  assert.deepEqual(
    deployment.resources?.map(({ id, delete: goes }) => [id, goes]),
    [
      ["3", true],
      ["new a", undefined],
      ["new b", undefined],
    ],
  );
});

it("knows nothing when nothing of Docker's was made or begun", () => {
  const stack = of("stack", { type: "pulumi:pulumi:Stack" });
  assert.equal(knowsNothing({}), true);
  assert.equal(knowsNothing({ resources: [stack] }), true);
  assert.equal(knowsNothing({ resources: [stack], pending_operations: [pending("creating", of("a"))] }), false);
  assert.equal(knowsNothing({ resources: [of("a")] }), false);
  assert.deepEqual(knownIds({ resources: [stack, of("a", { id: "1" })] }), new Set(["1"]));
});
