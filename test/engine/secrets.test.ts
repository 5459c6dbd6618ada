import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import * as path from "node:path";
import { after, before, it } from "node:test";
import { execa } from "execa";
import { loginsOf } from "../../components/data/logins";
import { Passwords } from "../../components/data/passwords";
import { redisPassword } from "../../components/data/redis-login";
import { inspect, lines } from "../../operations/docker";
import { ArgumentsSeen } from "./arguments";
import { hostileSecrets } from "./hostile";
import { says } from "./says";
import { Stack, type Ran } from "./stack";
import { tracesIn } from "./traces";
import { Visitor } from "./visitor";

const KEY = "a key of more than 32 'characters' \"quoted\"";
/** Stands among the arguments of a process of the test's own: what looks for words there must find it. */
const DECOY = "an-argument-that-must-be-seen";

const { values, words } = hostileSecrets();
let stack: Stack;
let known: string[];
let run: Ran;
let processes: { text: string; looks: number };

before(async () => {
  stack = await Stack.fresh("hush", { backup: {} }, { ...values, TIDEMARK_KEY: KEY });
  known = [...words, KEY, ...madeFrom(KEY, stack.prefix)];
  const decoy = execa(process.execPath, ["--eval", "setTimeout(() => {}, 600_000)", DECOY], { reject: false });
  const seen = new ArgumentsSeen();
  try {
    run = await stack.up();
  } finally {
    processes = seen.stop();
    decoy.kill();
    await decoy;
  }
});
after(() => stack.down());

it("brings each secret to the web byte for byte", async () => {
  const names = Object.keys(values);
  const query = new URLSearchParams(names.map((name) => ["name", name]));
  const digests = await new Visitor(stack.url).json<Record<string, unknown>>(`/api/env-digest/?${query}`);
  for (const name of names) {
    const bytes = Buffer.from(values[name] ?? "");
    assert.deepEqual(
      digests[name],
      { sha256: createHash("sha256").update(bytes).digest("hex"), length: bytes.length },
      name,
    );
  }
});

it("has them in the web's own environment, where the same search finds them", async () => {
  const [web = ""] = await stack.containers("web");
  const given = await stack.docker(["exec", web, "cat", "/run/secrets/environment"]);
  const passwords = new Passwords(KEY, stack.prefix);
  const its = [
    ...words,
    loginsOf("shop", passwords).active.password,
    redisPassword(`${stack.prefix}-redis`, passwords),
  ];
  assert.equal(tracesIn(given, its).length, its.length);
  assert.equal(tracesIn(Buffer.from(`?${given}`).toString("base64"), its).length, its.length);
});

it("shows none in the state, its history, the stack's file or an export", async () => {
  const files = await readdir(stack.folder, { recursive: true, withFileTypes: true });
  const paths = files.filter((one) => one.isFile()).map((one) => path.join(one.parentPath, one.name));
  assert.ok(paths.some((one) => one.endsWith(`/stacks/tidemark/${stack.name}.json`)));
  for (const one of paths) assert.deepEqual(tracesIn(await readFile(one, "utf8"), known), [], one);
  const exported = await stack.pulumi(["stack", "export", "--stack", stack.name]);
  says(exported.said, /"deployment"/);
  assert.deepEqual(tracesIn(exported.said, known), []);
});

it("shows none in what Docker tells of its objects", async () => {
  const { docker } = stack;
  const { container: _, ...objects } = await stack.objects();
  const containers = await allContainers();
  const tasks = await lines(docker, ["service", "ps", "--quiet", "--no-trunc", ...objects.service]);
  for (const [kind, ids] of Object.entries({ ...objects, container: containers, task: tasks })) {
    assert.ok(ids.length > 0, kind);
    const told = kind === "task" ? await docker(["inspect", ...ids]) : JSON.stringify(await inspect(docker, kind, ids));
    assert.deepEqual(tracesIn(told, known), [], kind);
  }
  const images = (await inspect<{ Image: string }>(docker, "container", containers)).map(({ Image }) => Image);
  for (const image of new Set(images)) {
    const told = [
      await docker(["history", "--no-trunc", image]),
      JSON.stringify(await inspect(docker, "image", [image])),
    ];
    assert.deepEqual(tracesIn(told.join("\n"), known), [], image);
  }
});

it("shows none in any process's arguments during an up", () => {
  assert.ok(processes.looks > 100, `${processes.looks} looks`);
  assert.ok(processes.text.includes(DECOY));
  assert.ok(processes.text.includes("docker\0service\0create"), "a job's start was not seen");
  assert.deepEqual(tracesIn(processes.text, known), []);
});

it("shows none in the logs, nor in what up prints", async () => {
  const all = await Promise.all((await allContainers()).map((id) => execa("docker", ["logs", id], { all: true })));
  const logs = all.map((one) => one.all).join("\n");
  assert.match(logs, /database system is ready to accept connections/);
  assert.deepEqual(tracesIn(logs, known), []);
  says(run.said, /Resources:/);
  assert.deepEqual(tracesIn(run.said, known), []);
});

/** Of its services, those that have ended too. */
async function allContainers(): Promise<string[]> {
  return lines(stack.docker, ["ps", "--all", "--quiet", "--filter", `name=^${stack.prefix}-`]);
}

/** All that Tidemark makes from its own secret. */
function madeFrom(key: string, prefix: string): string[] {
  const passwords = new Passwords(key, prefix);
  const { superuser, owner, active, idle, reader } = loginsOf("shop", passwords);
  const ofDatabase = [superuser, owner, active, idle, reader].map(({ password }) => password);
  const ofRedis = [redisPassword(`${prefix}-redis`, passwords), passwords.of(`redis/${prefix}-redis/control`)];
  return [...ofDatabase, ...ofRedis, passwords.of("archive"), passwords.salt];
}
