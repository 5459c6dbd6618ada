import assert from "node:assert/strict";
import { it } from "node:test";
import { DockerError, inspect, lines, remove, type Docker } from "./docker";

const DEAD =
  "error during connect: Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?";

for (const [said, absent] of [
  ["Error: No such volume: shop", true],
  ["Error: no such service: shop-web", true],
  ["[]\nError response from daemon: config shop not found", true],
  [DEAD, false],
  [
    `error during connect: Get "http://docker/v1.41/info": dial unix docker.sock: connect: no such file or directory\n${DEAD}`,
    false,
  ],
  [
    'error during connect: Get "http://typo.example:2375/v1.50/volumes/x": dial tcp: lookup typo.example: no such host',
    false,
  ],
  ['Failed to initialize: unable to resolve docker endpoint: context "gone": context not found', false],
  ["permission denied while trying to connect to the Docker daemon socket", false],
  ["context deadline exceeded", false],
] as const)
  it(`takes "${said.split("\n").at(-1)?.slice(0, 60)}" ${absent ? "for absence" : "for a failure"}`, () =>
    assert.equal(new DockerError(["volume", "inspect", "shop"], said, 1).absent, absent));

it("says what was asked, not with what", () => {
  const { message } = new DockerError(["service", "create", "--name", "secret-in-argv"], " it failed \n", 1);
  assert.equal(message, "docker service create --name: it failed");
  assert.equal(new DockerError(["ps"], "", undefined).message, "docker ps: ended without a word");
});

/** A daemon that has these objects alone. */
function having(...present: string[]): Docker {
  return async ([kind, verb, ...names]) => {
    const missing = names.find((name) => !name.startsWith("--") && !present.includes(name));
    if (missing) throw new DockerError([kind!, verb!], `Error: No such ${kind}: ${missing}`, 1);
    return JSON.stringify(names);
  };
}
const dead: Docker = async (args) => {
  throw new DockerError(args, DEAD, 1);
};

it("leaves absent objects out, and asks for nothing when nothing is named", async () => {
  assert.deepEqual(await inspect(having("a", "c"), "volume", ["a", "b", "c"]), ["a", "c"]);
  assert.deepEqual(await inspect(having(), "volume", ["a"]), []);
  assert.deepEqual(await inspect(dead, "volume", []), []);
});

it("never takes a dead daemon for an absent volume", async () => {
  await assert.rejects(inspect(dead, "volume", ["a"]), /Cannot connect/);
  await assert.rejects(remove(dead, "volume", ["a"]), /Cannot connect/);
});

it("removes what is there, and forgives what is not", async () => {
  const removed: string[] = [];
  await remove(async (args) => (removed.push(args.join(" ")), ""), "service", ["a", "b"], "--force");
  assert.deepEqual(removed, ["service rm --force a", "service rm --force b"]);
  await remove(having(), "service", ["gone"]);
});

it("reads lines, and no empty one", async () => assert.deepEqual(await lines(async () => "a\n\nb\n", []), ["a", "b"]));
