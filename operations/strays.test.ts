import assert from "node:assert/strict";
import { it } from "node:test";
import { labelledObjects, removeStrays, strays, type Found } from "./strays";

const found = (kind: Found["kind"], id: string, more: Partial<Found> = {}): Found => ({
  kind,
  id,
  name: `the ${id}`,
  labels: {},
  refers: [],
  ...more,
});
const ids = (all: Found[]): string[] => all.map(({ id }) => id);

it("counts as a stray what the state does not know, services first", () =>
  assert.deepEqual(
    ids(
      strays(
        [
          found("config", "c"),
          found("network", "n"),
          found("service", "s", { refers: ["c"] }),
          found("service", "known"),
        ],
        new Set(["known"]),
      ),
    ),
    ["s", "n", "c"],
  ));

it("leaves what a service of the state has, or would have after a roll back", () =>
  assert.deepEqual(
    strays(
      [
        found("service", "s", { refers: ["c", "x", "n"] }),
        found("config", "c"),
        found("secret", "x"),
        found("network", "n"),
      ],
      new Set(["s"]),
    ),
    [],
  ));

it("leaves one-off commands, in which somebody may be", () =>
  assert.deepEqual(strays([found("service", "r", { labels: { "tidemark.role": "run" } })], new Set()), []));

it("leaves jobs, what they use, and records", () => {
  const job = found("service", "j", { labels: { "tidemark.role": "job" }, refers: ["x"] });
  assert.deepEqual(
    strays([job, found("secret", "x"), found("config", "r", { labels: { "tidemark.role": "record" } })], new Set()),
    [],
  );
});

it("reads what carries the label, with all that a service refers to", async () => {
  const spec = {
    Name: "web",
    Labels: { a: "1" },
    TaskTemplate: {
      ContainerSpec: { Secrets: [{ SecretID: "x2" }], Configs: [{ ConfigID: "c2" }] },
      Networks: [{ Target: "n" }],
    },
  };
  const before = { TaskTemplate: { ContainerSpec: { Secrets: [{ SecretID: "x1" }] } } };
  const answers: Record<string, object[]> = {
    service: [{ ID: "s", Spec: spec, PreviousSpec: before }],
    network: [{ Id: "n", Name: "front", Labels: null }],
  };
  const all = await labelledObjects(async ([kind = "", verb]) => {
    const its = answers[kind] ?? [];
    return verb === "ls" ? its.map(() => "id").join("\n") : JSON.stringify(its);
  }, "l");
  assert.deepEqual(all, [
    { kind: "service", id: "s", name: "web", labels: { a: "1" }, refers: ["x2", "c2", "n", "x1"] },
    { kind: "network", id: "n", name: "front", labels: {}, refers: [] },
  ]);
});

it("removes them one by one, and never a volume", async () => {
  const said: string[] = [];
  await removeStrays(async (args) => (said.push(args.join(" ")), ""), [found("service", "s"), found("network", "n")]);
  assert.deepEqual(said, ["service rm s", "network rm n"]);
});
