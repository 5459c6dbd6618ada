import assert from "node:assert/strict";
import { it } from "node:test";
import { extensionPackages, knownExtensions, preloadLibraries } from "./extensions";
import { type TryOut, docker, tryOut, until } from "./try-out";

const password = `pa$$ "w'ørd`;
const data = (volume: string) => ["--volume", `${volume}:/var/lib/postgresql/data`];
const secrets = (volume: string) => ["--volume", `${volume}:/run/secrets:ro`];
const readOnly = [
  "--read-only",
  "--cap-drop",
  "ALL",
  "--tmpfs",
  "/tmp",
  "--tmpfs",
  "/var/run/postgresql:uid=999,gid=999",
];
const limits = { timeout: 180_000 };

async function initialise(its: TryOut, volume: string, secret: string, of = ["shop", "1"], user = "0") {
  const flags = ["--user", user, ...data(volume), ...secrets(secret)];
  return its.run(flags, ["initialise", ...of, "/run/secrets/password"]);
}

async function serve(its: TryOut, volume: string, secret: string, flags: readonly string[] = readOnly) {
  const server = await its.start([...flags, ...data(volume), ...secrets(secret)], ["serve", "shop", "1"]);
  const check = ["tidemark-postgres", "healthcheck", "/run/secrets/password"];
  await until("a healthy server", 30_000, async () => (await its.inside(server, check)).code === 0);
  return server;
}

async function query(its: TryOut, server: string, sql: string) {
  const psql = ["psql", "-h", "/var/run/postgresql", "-U", "tidemark", "-d", "postgres", "-AtwX", "-c", sql];
  const { code, output } = await its.inside(server, psql, ["--env", `PGPASSWORD=${password}`]);
  assert.equal(code, 0, output);
  return output.trim();
}

it("refuses an empty volume, slowly, says what to type and leaves it empty", limits, () =>
  tryOut("postgres", async (its) => {
    const volume = await its.volume();
    const started = Date.now();
    const { code, output } = await its.run(data(volume), ["serve", "shop", "1"]);
    assert.equal(code, 78);
    assert.match(output, /PostgreSQL of shop, generation 1, was not started[\s\S]*is empty[\s\S]*npx tidemark status/);
    assert.ok(Date.now() - started >= 5_000);
    assert.equal(await its.onVolume(volume, "ls -A /v"), "");
  }),
);

it("initialises once, keeps what is there when asked again, and serves only the generation of the mark", limits, () =>
  tryOut("postgres", async (its) => {
    const [volume, secret] = [await its.volume(), await its.secret("password", `${password}\n`, "400")];
    assert.equal((await initialise(its, volume, secret)).code, 0);
    await its.onVolume(secret, "chmod 444 /v/password");
    const server = await serve(its, volume, secret);
    assert.equal(await query(its, server, "show data_checksums"), "on");
    assert.equal(await query(its, server, "show password_encryption"), "scram-sha-256");
    const locale =
      "select pg_encoding_to_char(encoding) || ' ' || datcollate from pg_database where datname = 'template1'";
    assert.equal(await query(its, server, locale), "UTF8 C.UTF-8");
    await query(its, server, "create table kept as select 42 as answer");
    await docker(["stop", server]);

    assert.equal((await initialise(its, volume, secret)).code, 0);
    const again = await serve(its, volume, secret);
    assert.equal(await query(its, again, "select answer from kept"), "42");

    for (const other of [
      ["shop", "2"],
      ["blog", "1"],
    ]) {
      const refused = await its.run(data(volume), ["serve", ...other]);
      assert.equal(refused.code, 78);
      assert.match(refused.output, new RegExp(`holds "shop 1", not "${other.join(" ")}"`));
      assert.equal((await initialise(its, volume, secret, other)).code, 78);
    }
  }),
);

it("starts over after an interrupted initialisation, and does not serve its remains", limits, () =>
  tryOut("postgres", async (its) => {
    const [volume, secret] = [await its.volume(), await its.secret("password", password)];
    await its.onVolume(volume, "echo shop 1 > /v/.initialising; mkdir /v/pgdata; echo 17 > /v/pgdata/PG_VERSION");
    const refused = await its.run(data(volume), ["serve", "shop", "1"]);
    assert.equal(refused.code, 78);
    assert.match(refused.output, /initialisation of "shop 1" on this volume was interrupted/);

    assert.equal((await initialise(its, volume, secret, ["blog", "1"])).code, 78);
    assert.equal((await initialise(its, volume, secret)).code, 0);
    assert.equal(
      await its.onVolume(volume, "cat /v/tidemark-generation; ls -A /v"),
      "shop 1\npgdata\ntidemark-generation",
    );
    await serve(its, volume, secret);
  }),
);

it("becomes whole however early the initialisation is killed", limits, () =>
  tryOut("postgres", async (its) => {
    const [volume, secret] = [await its.volume(), await its.secret("password", password)];
    const flags = ["--user", "0", ...data(volume), ...secrets(secret)];
    for (const afterMs of [150, 350, 600]) {
      const job = await its.start(flags, ["initialise", "shop", "1", "/run/secrets/password"]);
      await new Promise((resolve) => setTimeout(resolve, afterMs));
      await docker(["rm", "--force", job]);
    }
    assert.equal((await initialise(its, volume, secret)).code, 0);
    await serve(its, volume, secret);
  }),
);

it("neither initialises over foreign files nor serves them", limits, () =>
  tryOut("postgres", async (its) => {
    const [volume, secret] = [await its.volume(), await its.secret("password", password)];
    await its.onVolume(volume, "mkdir /v/pgdata && echo precious > /v/pgdata/PG_VERSION");
    const refused = await initialise(its, volume, secret);
    assert.equal(refused.code, 78);
    assert.match(refused.output, /already holds files that Tidemark did not put there/);
    assert.equal((await its.run(data(volume), ["serve", "shop", "1"])).code, 78);
    assert.equal(await its.onVolume(volume, "cat /v/pgdata/PG_VERSION; stat -c %u /v/pgdata"), "precious\n0");
  }),
);

it("runs without root, wants a password on every way in, and shows it nowhere", limits, () =>
  tryOut("postgres", async (its) => {
    const [volume, secret] = [await its.volume(), await its.secret("password", password)];
    const flags = ["--user", "0", ...data(volume), ...secrets(secret)];
    const job = await its.start(flags, ["initialise", "shop", "1", "/run/secrets/password"]);
    const seen: string[] = [];
    await until("the end of the initialisation", 30_000, async () => {
      seen.push(await its.tellTale(job));
      return (await docker(["container", "inspect", "--format", "{{.State.Status}}", job])).trim() === "exited";
    });
    const server = await serve(its, volume, secret);
    seen.push(await its.tellTale(server), await its.onVolume(volume, "grep -rl 'w.ørd' /v || true"));
    for (const text of seen) assert.doesNotMatch(text, /w'ørd/);

    assert.equal((await its.inside(server, ["stat", "-c", "%u", "/proc/1"])).output, "999");
    for (const way of ["/var/run/postgresql", "127.0.0.1"]) {
      const psql = ["psql", "-h", way, "-U", "tidemark", "-d", "postgres", "-wc", "select 1"];
      const { code, output } = await its.inside(server, psql);
      assert.equal(code, 2);
      assert.match(output, /no password supplied/);
    }
  }),
);

it("stays healthy when the superuser's password is no longer the one it is told", limits, () =>
  tryOut("postgres", async (its) => {
    const [volume, secret] = [await its.volume(), await its.secret("password", password)];
    await initialise(its, volume, secret);
    const server = await serve(its, volume, secret);
    await query(its, server, "alter role tidemark password 'another'");
    assert.equal((await its.inside(server, ["tidemark-postgres", "healthcheck", "/run/secrets/password"])).code, 0);
  }),
);

it("ends the sessions of the roles that it is told, and no other", limits, () =>
  tryOut("postgres", async (its) => {
    const [volume, secret] = [await its.volume(), await its.secret("password", password)];
    await initialise(its, volume, secret);
    const server = await serve(its, volume, secret);
    for (const role of ["leaver", "stayer"]) await query(its, server, `create role ${role} login password 'x'`);
    const session = (role: string) =>
      its.inside(
        server,
        ["psql", "-h", "/var/run/postgresql", "-U", role, "-d", "postgres", "-Atwc", "select pg_sleep(8)"],
        ["--env", "PGPASSWORD=x"],
      );
    const [leaver, stayer] = [session("leaver"), session("stayer")];
    const open = "select count(*) from pg_stat_activity where usename in ('leaver', 'stayer')";
    await until("two open sessions", 5_000, async () => (await query(its, server, open)) === "2");

    const argv = ["tidemark-postgres", "end-sessions", "/run/secrets/password", "leaver", "nobody"];
    const { code, output } = await its.inside(server, argv);
    assert.equal(code, 0, output);
    assert.equal(await query(its, server, open), "1");
    assert.match((await leaver).output, /terminating connection due to administrator command/);
    assert.equal((await stayer).code, 0);
    assert.equal((await its.inside(server, argv)).code, 0);
  }),
);

it("ends open sessions at a stop instead of waiting for them", limits, () =>
  tryOut("postgres", async (its) => {
    const [volume, secret] = [await its.volume(), await its.secret("password", password)];
    await initialise(its, volume, secret);
    const server = await serve(its, volume, secret, [...readOnly, "--init"]);
    const open = query(its, server, "select pg_sleep(60)").catch(() => "ended");
    const count = "select count(*) from pg_stat_activity where query like 'select pg_sleep%'";
    await until("the open session", 10_000, async () => (await query(its, server, count)) === "1");
    const started = Date.now();
    await docker(["stop", "--time", "30", server]);
    assert.ok(Date.now() - started < 10_000);
    assert.equal(await open, "ended");
    assert.equal((await docker(["container", "inspect", "--format", "{{.State.ExitCode}}", server])).trim(), "0");
  }),
);

it("reads the stack's own settings and hands its socket to a loopback port", limits, () =>
  tryOut("postgres", async (its) => {
    const [volume, secret, socket] = [await its.volume(), await its.secret("password", password), await its.volume()];
    const settings = await its.secret("postgresql.conf", "work_mem = '7MB'\n");
    await initialise(its, volume, secret);
    const shared = ["--volume", `${socket}:/var/run/postgresql`];
    const server = await serve(its, volume, secret, [...shared, "--volume", `${settings}:/etc/tidemark:ro`]);
    assert.equal(await query(its, server, "show work_mem"), "7MB");

    const forwarder = await its.start([...shared, "--network", "none"], ["forward", "54321"]);
    const psql = ["psql", "-h", "127.0.0.1", "-p", "54321", "-U", "tidemark", "-d", "postgres", "-Atwc", "select 6*7"];
    const answer = await until("an answer through the forwarder", 10_000, async () => {
      const { code, output } = await its.inside(forwarder, psql, ["--env", `PGPASSWORD=${password}`]);
      return code === 0 && output;
    });
    assert.equal(answer, "42");
  }),
);

it("has exactly the extensions that are said to come with the server", limits, () =>
  tryOut("postgres", async (its) => {
    const list = ["-c", "cd /usr/share/postgresql/17/extension && ls *.control | sed s/.control$//"];
    const { output } = await its.run(["--entrypoint", "sh"], list);
    const known = [...knownExtensions].filter(([, its]) => its.package === undefined).map(([name]) => name);
    assert.deepEqual(output.trim().split("\n").sort(), known.sort());
  }),
);

const extensions = ["pg_stat_statements", "pg_cron", "vector"];
it(`has ${extensions.join(", ")} when it is built with them and loads what must be preloaded`, limits, () =>
  tryOut(
    "postgres",
    async (its) => {
      const [volume, secret] = [await its.volume(), await its.secret("password", password)];
      const preload = `shared_preload_libraries = '${preloadLibraries(extensions).join(",")}'\n`;
      const settings = await its.secret("postgresql.conf", preload);
      await initialise(its, volume, secret);
      const server = await serve(its, volume, secret, [...readOnly, "--volume", `${settings}:/etc/tidemark:ro`]);
      for (const name of extensions) await query(its, server, `create extension "${name}"`);
      assert.equal(await query(its, server, "select '[1,2]'::vector <-> '[1,3]'"), "1");
      assert.equal(await query(its, server, "select count(*) > 0 from pg_stat_statements"), "t");
    },
    { extensions },
  ),
);

it("finds every package of the known extensions in Debian", limits, () =>
  tryOut("postgres", async (its) => {
    const packages = extensionPackages([...knownExtensions.keys()]);
    const line = 'apt-get update -q > /dev/null && apt-get install --simulate -y "$@" | grep ^Inst';
    const { output } = await its.run(["--user", "0", "--entrypoint", "sh"], ["-c", line, "sh", ...packages]);
    for (const one of packages) assert.match(output, new RegExp(`^Inst ${one} `, "m"));
  }),
);
