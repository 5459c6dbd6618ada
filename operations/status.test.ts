import assert from "node:assert/strict";
import { it } from "node:test";
import type { Losable } from "./losable";
import { advise, type ServiceStatus } from "./status";

const service = (name: string, more: Partial<ServiceStatus> = {}): ServiceStatus => ({
  name,
  image: "i",
  running: 1,
  wanted: 1,
  log: [],
  ...more,
});
const data: Losable = {
  setting: "database.generation",
  generation: 1,
  base: "s-postgres",
  volume: "s-postgres-g1",
  path: "/var/lib/postgresql/data",
  backed: false,
};
const its = { stack: "dev", prefix: "s", losable: [data], lost: [] };
const empty = service("s-postgres", {
  running: 0,
  log: [
    "tidemark: PostgreSQL of s, generation 1, was not started",
    "  /var/lib/postgresql/data is empty: the volume is new or was lost",
    "  To see more: tidemark status",
  ],
});
const anew = [
  'eval "$(npx tidemark --stack dev env)"',
  "pulumi config set --path database.generation 4 --stack dev",
  "npx tidemark --stack dev up",
];

it("has no advice while all runs", () => assert.deepEqual(advise([service("s-web")], its), []));

it("says how to bring up what is not there", () =>
  assert.deepEqual(advise([], its), [
    { what: "Nothing of this stack runs on this Docker host.", type: ["npx tidemark --stack dev up"] },
  ]));

it("tells of a lost volume once, with what to type, also while its process still runs", () => {
  const lost = [{ ...data, filled: "2026-11-20T10:11:12Z", now: "an empty one that Swarm made" as const, next: 4 }];
  for (const postgres of [empty, service("s-postgres")]) {
    const [one, ...more] = advise([postgres, service("s-web")], { ...its, lost });
    assert.match(
      one?.what ?? "",
      /^The volume s-postgres-g1, filled on 2026-11-20, is lost: there is an empty one that Swarm made in its place\./,
    );
    assert.deepEqual([one?.type, more], [anew, []]);
  }
});

it("leads to the backups where the data is in them", () => {
  const backed = { ...data, backed: true };
  const lost = [{ ...backed, filled: "2026-11-20T10:11:12Z", now: "nothing" as const, next: 4 }];
  const [one] = advise([empty], { ...its, losable: [backed], lost });
  assert.match(one?.what ?? "", /To have its data from the backups, in generation 4:$/);
  assert.deepEqual(one?.type, ["npx tidemark --stack dev restore --to latest"]);
  const [refused] = advise([empty], { ...its, losable: [backed] });
  assert.match(refused?.type.join("\n") ?? "", /restore --to latest {4}to have its data/);
});

it("hands on the words of a process that refuses a volume which is there", () => {
  const [one, ...more] = advise([empty], its);
  assert.match(one?.what ?? "", /s-postgres does not start on its volume[\s\S]*\/data is empty/);
  assert.match(
    one?.type.join("\n") ?? "",
    /^docker volume ls --filter label=tidemark\.stack=s {4}[\s\S]*database\.generation 2 --stack dev {4}only if/,
  );
  assert.deepEqual(more, []);
});

it("names the log of whatever else does not run", () =>
  assert.deepEqual(advise([service("s-web", { running: 1, wanted: 2, trouble: "task: non-zero exit (3)" })], its), [
    { what: "s-web does not run: task: non-zero exit (3)", type: ["docker service logs --tail 50 s-web"] },
  ]));
