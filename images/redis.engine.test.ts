import assert from "node:assert/strict";
import { it } from "node:test";
import { type TryOut, docker, tryOut, until } from "./try-out";

const passwords = [`ol"d $ecr3t-ø`, "new #s3cret>"];
const readOnly = ["--read-only", "--cap-drop", "ALL", "--tmpfs", "/tmp"];
const limits = { timeout: 120_000 };
const file = "/run/secrets/passwords";

async function serve(its: TryOut, secret: string, flags: readonly string[] = []) {
  const volumes = ["--volume", `${await its.volume()}:/data`, "--volume", `${secret}:/run/secrets:ro`];
  const server = await its.start([...readOnly, ...volumes, ...flags], ["serve", file]);
  const check = ["tidemark-redis", "healthcheck", file];
  await until("a healthy Redis", 20_000, async () => (await its.inside(server, check)).code === 0);
  return server;
}

async function redis(its: TryOut, server: string, command: readonly string[], password?: string) {
  const flags = password === undefined ? [] : ["--env", `REDISCLI_AUTH=${password}`];
  return (await its.inside(server, ["redis-cli", ...command], flags)).output.trim();
}

it("takes every password of its secret at once, nothing else, and shows none of them", limits, () =>
  tryOut("redis", async (its) => {
    const server = await serve(its, await its.secret("passwords", passwords.join("\n")));
    for (const password of passwords) assert.equal(await redis(its, server, ["ping"], password), "PONG");
    assert.match(await redis(its, server, ["ping"]), /NOAUTH/);
    assert.match(await redis(its, server, ["ping"], "old"), /NOAUTH|WRONGPASS/);

    const written = await its.inside(server, ["sh", "-c", "cat /tmp/tidemark-redis/*"]);
    const told = [await its.tellTale(server), written.output].join("\n");
    for (const password of passwords.flatMap((one) => [one, JSON.stringify(one).slice(1, -1)])) {
      assert.ok(!told.includes(password));
    }
    assert.equal((await its.inside(server, ["stat", "-c", "%u", "/proc/1"])).output, "998");
  }),
);

it("forgets a password that left the secret", limits, () =>
  tryOut("redis", async (its) => {
    const secret = await its.secret("passwords", `${passwords[0]}\n${passwords[1]}\n`);
    const server = await serve(its, secret);
    await its.onVolume(secret, "cat > /v/passwords", `${passwords[1]}\n`);
    await docker(["restart", server]);
    const stayed = async () => (await redis(its, server, ["ping"], passwords[1])) === "PONG";
    await until("the password that stayed", 20_000, stayed);
    assert.match(await redis(its, server, ["ping"], passwords[0]), /NOAUTH|WRONGPASS/);
  }),
);

it("keeps what was acknowledged through a kill, and evicts nothing unless told", limits, () =>
  tryOut("redis", async (its) => {
    const server = await serve(its, await its.secret("passwords", passwords[0]!));
    const policy = await redis(its, server, ["config", "get", "maxmemory-policy"], passwords[0]);
    assert.equal(policy, "maxmemory-policy\nnoeviction");
    assert.equal(await redis(its, server, ["set", "order", "42"], passwords[0]), "OK");
    await redis(its, server, ["waitaof", "1", "0", "3000"], passwords[0]);
    await docker(["kill", server]);
    await docker(["start", server]);
    const kept = async () => (await redis(its, server, ["get", "order"], passwords[0])) === "42";
    await until("the key after the kill", 20_000, kept);
  }),
);

it("reads the stack's own settings", limits, () =>
  tryOut("redis", async (its) => {
    const settings = await its.secret("redis.conf", "maxmemory 64mb\nmaxmemory-policy volatile-ttl\n");
    const secret = await its.secret("passwords", passwords[0]!);
    const server = await serve(its, secret, ["--volume", `${settings}:/etc/tidemark:ro`]);
    assert.equal(await redis(its, server, ["config", "get", "maxmemory"], passwords[0]), "maxmemory\n67108864");
  }),
);

it("does not start where it could keep nothing", limits, () =>
  tryOut("redis", async (its) => {
    const secret = ["--volume", `${await its.secret("passwords", passwords[0]!)}:/run/secrets:ro`];
    const { code, output } = await its.run([...readOnly, ...secret], ["serve", file]);
    assert.equal(code, 78);
    assert.match(output, /\/data cannot be written/);
  }),
);

it("does not start without a password", limits, () =>
  tryOut("redis", async (its) => {
    const secret = ["--volume", `${await its.secret("passwords", "\n\n")}:/run/secrets:ro`];
    const empty = await its.run([...readOnly, ...secret], ["serve", file]);
    assert.equal(empty.code, 78);
    assert.match(empty.output, /holds none/);
    const absent = await its.run(readOnly, ["serve", file]);
    assert.equal(absent.code, 78);
    assert.match(absent.output, /cannot be read/);
  }),
);
