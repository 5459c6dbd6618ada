import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { it } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { execa } from "execa";
import { type TryOut, docker, tryOut, until } from "./try-out";

const [first, second] = [`ol"d $ecr3t-ø`, "new #s3cret>"] as const;
const control = "c0ntrol 'of' all";
const readOnly = ["--read-only", "--cap-drop", "ALL", "--tmpfs", "/tmp"];
const limits = { timeout: 120_000 };
const file = "/run/secrets/control";

const hash = (password: string): string => createHash("sha256").update(password).digest("hex");

interface Server {
  container: string;
  volume: string;
  secret: string;
}

/** Redis on a volume, given these passwords at its start. */
async function serve(
  its: TryOut,
  given: readonly string[],
  { volume, secret, flags = [] }: { volume?: string; secret?: string; flags?: readonly string[] } = {},
): Promise<Server> {
  const on = { volume: volume ?? (await its.volume()), secret: secret ?? (await its.secret("control", control)) };
  const container = await its.start(
    [
      ...readOnly,
      ...["--volume", `${on.volume}:/data`, "--volume", `${on.secret}:/run/secrets:ro`],
      ...["--env", `TIDEMARK_PASSWORDS=${given.map(hash).join(" ")}`],
      ...flags,
    ],
    ["serve", file],
  );
  const check = ["tidemark-redis", "healthcheck", file];
  await until("a healthy Redis", 20_000, async () => (await its.inside(container, check)).code === 0);
  return { container, ...on };
}

async function redis(its: TryOut, { container }: Server, command: readonly string[], password?: string) {
  const flags = password === undefined ? [] : ["--env", `REDISCLI_AUTH=${password}`];
  return (await its.inside(container, ["redis-cli", ...command], flags)).output.trim();
}

/** Which of the two passwords are good. */
async function good(its: TryOut, server: Server): Promise<string[]> {
  const answers = await Promise.all([first, second].map((password) => redis(its, server, ["ping"], password)));
  return [first, second].filter((_, at) => answers[at] === "PONG");
}

/** What a job does, here from within the server's own container. */
async function admit(its: TryOut, { container }: Server, password: string): Promise<{ others: boolean; time: number }> {
  const { code, output } = await its.inside(container, ["tidemark-redis", "admit", "127.0.0.1", file, hash(password)]);
  assert.equal(code, 0, output);
  return JSON.parse(/^tidemark-evidence (.*)$/m.exec(output)![1]!) as { others: boolean; time: number };
}

async function keep(its: TryOut, { container }: Server, password: string, time: number): Promise<string> {
  const argv = ["tidemark-redis", "keep", "127.0.0.1", file, hash(password), String(time)];
  const { code, output } = await its.inside(container, argv);
  assert.equal(code, 0, output);
  return output;
}

it("takes every password that it is given, nothing else, and shows none of them", limits, () =>
  tryOut("redis", async (its) => {
    const server = await serve(its, [first, second]);
    assert.deepEqual(await good(its, server), [first, second]);
    assert.match(await redis(its, server, ["ping"]), /NOAUTH/);
    assert.match(await redis(its, server, ["ping"], "old"), /NOAUTH|WRONGPASS/);

    const written = await its.inside(server.container, ["sh", "-c", "cat /tmp/tidemark-redis/* /data/users.acl"]);
    const told = [await its.tellTale(server.container), written.output].join("\n");
    for (const password of [first, second, control].flatMap((one) => [one, JSON.stringify(one).slice(1, -1)])) {
      assert.ok(!told.includes(password));
    }
    assert.equal((await its.inside(server.container, ["stat", "-c", "%u", "/proc/1"])).output, "998");
  }),
);

it("changes its password under way, from one to another and back, and is never started anew for it", limits, () =>
  tryOut("redis", async (its) => {
    const server = await serve(its, [first]);
    const { stdout: started } = await execa("docker", [
      "inspect",
      "--format",
      "{{.State.StartedAt}}",
      server.container,
    ]);
    for (const [former, next] of [
      [first, second],
      [second, first],
    ] as const) {
      const { others, time } = await admit(its, server, next);
      assert.equal(others, true);
      assert.deepEqual(await good(its, server), [first, second]);
      await keep(its, server, next, time);
      assert.deepEqual(await good(its, server), [next]);
      assert.match(await redis(its, server, ["ping"], former), /NOAUTH|WRONGPASS/);
    }
    const { stdout: now } = await execa("docker", ["inspect", "--format", "{{.State.StartedAt}}", server.container]);
    assert.equal(now, started);
  }),
);

it("comes up after a kill with what was good: both while it changes, one afterwards", limits, () =>
  tryOut("redis", async (its) => {
    const server = await serve(its, [first]);
    const { time } = await admit(its, server, second);
    await docker(["kill", server.container]);
    // Swarm starts another one, and hands it the password that is wanted by now.
    const next = await serve(its, [second], server);
    assert.deepEqual(await good(its, next), [first, second]);
    await keep(its, next, second, time);
    await docker(["kill", next.container]);
    assert.deepEqual(await good(its, await serve(its, [second], server)), [second]);
  }),
);

it("comes up on an empty volume, or with a file that broke off, with what it is given", limits, () =>
  tryOut("redis", async (its) => {
    const server = await serve(its, [first]);
    const { time } = await admit(its, server, second);
    await keep(its, server, second, time);
    assert.deepEqual(await good(its, await serve(its, [second], { secret: server.secret })), [second]);
    await docker(["kill", server.container]);
    await its.onVolume(server.volume, `cut -c1-50 /v/users.acl >/v/cut && cat /v/cut >/v/users.acl`);
    assert.deepEqual(await good(its, await serve(its, [second], server)), [second]);
  }),
);

it("does nothing twice, and ends no connection where no password goes", limits, () =>
  tryOut("redis", async (its) => {
    const server = await serve(its, [first]);
    const waiting = redis(its, server, ["blpop", "list", "4"], first);
    const { others, time } = await admit(its, server, first);
    assert.equal(others, false);
    assert.equal(await keep(its, server, first, time + 3600), "");
    assert.equal(await waiting, "");
    assert.deepEqual(await good(its, server), [first]);
  }),
);

it("ends connections that were made with a password which goes, and none that is younger", limits, () =>
  tryOut("redis", async (its) => {
    const server = await serve(its, [first]);
    const old = redis(its, server, ["blpop", "list", "20"], first);
    await pause(1_500);
    const { time } = await admit(its, server, second);
    await pause(1_500);
    const young = redis(its, server, ["blpop", "list", "6"], second);
    await pause(1_500);
    assert.match(await keep(its, server, second, time), /takes one password now; 1 connection/);
    assert.match(await old, /closed the connection|Server closed/);
    assert.equal(await young, "");
  }),
);

it("lets nobody in at the word of the application, nor its own user see the data", limits, () =>
  tryOut("redis", async (its) => {
    const server = await serve(its, [first]);
    assert.match(await redis(its, server, ["acl", "setuser", "evil", "on", "nopass", "+@all"], first), /NOPERM/);
    assert.match(await redis(its, server, ["--user", "tidemark", "get", "order"], control), /NOPERM/);
  }),
);

it("keeps what was acknowledged through a kill, and evicts nothing unless told", limits, () =>
  tryOut("redis", async (its) => {
    const server = await serve(its, [first]);
    const policy = await redis(its, server, ["config", "get", "maxmemory-policy"], first);
    assert.equal(policy, "maxmemory-policy\nnoeviction");
    assert.equal(await redis(its, server, ["set", "order", "42"], first), "OK");
    await redis(its, server, ["waitaof", "1", "0", "3000"], first);
    await docker(["kill", server.container]);
    await docker(["start", server.container]);
    const kept = async () => (await redis(its, server, ["get", "order"], first)) === "42";
    await until("the key after the kill", 20_000, kept);
  }),
);

it("reads the stack's own settings", limits, () =>
  tryOut("redis", async (its) => {
    const settings = await its.secret("redis.conf", "maxmemory 64mb\nmaxmemory-policy volatile-ttl\n");
    const server = await serve(its, [first], { flags: ["--volume", `${settings}:/etc/tidemark:ro`] });
    assert.equal(await redis(its, server, ["config", "get", "maxmemory"], first), "maxmemory\n67108864");
  }),
);

it("does not start where it could keep nothing", limits, () =>
  tryOut("redis", async (its) => {
    const secret = ["--volume", `${await its.secret("control", control)}:/run/secrets:ro`];
    const { code, output } = await its.run([...readOnly, ...secret], ["serve", file]);
    assert.equal(code, 78);
    assert.match(output, /\/data cannot be written/);
  }),
);

it("does not start without a password, with half of one, or without its own user's", limits, () =>
  tryOut("redis", async (its) => {
    const data = [...readOnly, "--volume", `${await its.volume()}:/data`];
    const secret = ["--volume", `${await its.secret("control", control)}:/run/secrets:ro`];
    const empty = await its.run([...data, ...secret], ["serve", file]);
    assert.equal(empty.code, 78);
    assert.match(empty.output, /No password of "default" is known/);
    const half = await its.run([...data, ...secret, "--env", "TIDEMARK_PASSWORDS=abc"], ["serve", file]);
    assert.equal(half.code, 78);
    assert.match(half.output, /no SHA-256/);
    const absent = await its.run([...data, "--env", `TIDEMARK_PASSWORDS=${hash(first)}`], ["serve", file]);
    assert.equal(absent.code, 78);
    assert.match(absent.output, /cannot be read or is empty/);
  }),
);
