import assert from "node:assert/strict";
import { Agent, type IncomingMessage, get } from "node:http";
import { it } from "node:test";
import { edgeHash } from "./edge-hash";
import { type Outcome, type TryOut, docker, tryOut, until } from "./try-out";

const readOnly = ["--read-only", "--cap-drop", "ALL", "--tmpfs", "/tmp"];
const limits = { timeout: 120_000 };

/** A configuration that answers with a word, slowly below /slow, and that names an upstream nobody can resolve. */
function site(word: string): Record<string, string> {
  const server = `server {
  listen 8080;
  resolver 127.0.0.11 valid=1s;
  set $upstream web-that-is-not-there:8000;
  location / { default_type text/plain; return 200 "${word}"; }
  location /slow { alias /tmp/nginx/; limit_rate 20k; try_files /payload =404; }
  location /app { proxy_pass http://$upstream; }
}
`;
  return { "nginx.conf": "events {}\nhttp { include sites/*.conf; }\n", "sites/app.conf": server };
}

const document = (files: Record<string, string>, serial: string | number = 1, hash = edgeHash(files)) =>
  JSON.stringify({ files, serial, hash });

const on = (volume: string) => [...readOnly, "--volume", `${volume}:/etc/edge`];
const asRoot = ["CHOWN", "DAC_OVERRIDE", "SETGID", "SETUID"].flatMap((one) => ["--cap-add", one]);
const stage = (its: TryOut, volume: string, text: string) =>
  its.run([...on(volume), ...asRoot, "--user", "0"], ["stage"], text);
const change = (its: TryOut, volume: string, hash: string, ...flags: string[]) =>
  its.run([...on(volume), ...asRoot, "--user", "0", ...flags], ["switch", hash]);

/** Stages and switches. */
async function write(its: TryOut, volume: string, text: string): Promise<Outcome> {
  const staged = await stage(its, volume, text);
  return staged.code === 0 ? change(its, volume, (JSON.parse(text) as { hash: string }).hash) : staged;
}

async function fingerprint(its: TryOut, volume: string) {
  const { output } = await its.run(on(volume), ["fingerprint"]);
  const { hash, serial, nginx } = JSON.parse(output) as Record<string, unknown>;
  return { hash, serial, nginx };
}

async function serve(its: TryOut, volume: string) {
  const server = await its.start([...on(volume), "--publish", "127.0.0.1::8080"], ["serve"]);
  const port = Number((await docker(["port", server, "8080/tcp"])).trim().split(":").at(-1));
  await until(
    "an edge that answers",
    20_000,
    async () => (await its.inside(server, ["tidemark-edge", "healthcheck"])).code === 0,
  );
  return { server, port };
}

// A connection of its own by default: nginx may close an idle one at a reload just when a client takes it up again.
function fetchFrom(
  port: number,
  path: string,
  agent: Agent | false = false,
): Promise<{ answer: IncomingMessage; body: string; reused: boolean }> {
  return new Promise((resolve, reject) => {
    const request = get({ host: "127.0.0.1", port, path, agent }, (answer) => {
      let body = "";
      answer.setEncoding("utf8").on("data", (part: string) => (body += part));
      answer.on("end", () => resolve({ answer, body, reused: request.reusedSocket })).on("error", reject);
    });
    request.on("error", reject);
  });
}

const says = (port: number, word: string) =>
  until(`the answer "${word}"`, 20_000, async () => (await fetchFrom(port, "/")).body === word);

it("serves maintenance on an empty volume, and the first configuration as soon as it is written", limits, () =>
  tryOut("nginx", async (its) => {
    const volume = await its.volume();
    const { server, port } = await serve(its, volume);
    const { answer, body } = await fetchFrom(port, "/any/page");
    assert.equal(answer.statusCode, 503);
    assert.equal(answer.headers["retry-after"], "30");
    assert.match(body, /Back soon/);
    assert.deepEqual(await fingerprint(its, volume), { hash: null, serial: null, nginx: "maintenance" });

    const written = await write(its, volume, document(site("first"), 7));
    assert.equal(written.code, 0, written.output);
    await says(port, "first");
    const hash = edgeHash(site("first"));
    assert.deepEqual(
      await until("nginx's word on it", 10_000, async () => {
        const seen = await fingerprint(its, volume);
        return seen.nginx !== "maintenance" && seen;
      }),
      { hash, serial: 7, nginx: hash },
    );
    assert.equal((await its.inside(server, ["stat", "-c", "%u", "/proc/1"])).output, "997");
  }),
);

it("keeps the old configuration when nginx refuses the new one, and says what nginx said", limits, () =>
  tryOut("nginx", async (its) => {
    const volume = await its.volume();
    await write(its, volume, document(site("good"), "a"));
    const { port } = await serve(its, volume);
    const bad = { ...site("bad"), "sites/wrong.conf": "server { listen 8080; proxy_pas http://nowhere; }\n" };
    const { code, output } = await write(its, volume, document(bad, "b"));
    assert.equal(code, 1);
    assert.match(output, /unknown directive "proxy_pas" in sites\/wrong\.conf:1/);
    const hash = edgeHash(site("good"));
    assert.deepEqual(await fingerprint(its, volume), { hash, serial: "a", nginx: hash });
    assert.equal((await fetchFrom(port, "/")).body, "good");
    assert.equal((await its.onVolume(volume, "ls -A /v/releases")).trim(), hash);
  }),
);

for (const [what, text] of [
  ["a path that leaves its folder", document({ ...site("x"), "../escape": "" })],
  ["an absolute path", document({ ...site("x"), "/etc/passwd": "" })],
  ["no nginx.conf", document({ "other.conf": "" })],
  ["another hash than its files'", document(site("x"), 1, "0".repeat(64))],
  ["text that is not JSON", "events {}"],
] as const) {
  it(`refuses a document with ${what}`, limits, () =>
    tryOut("nginx", async (its) => {
      const volume = await its.volume();
      assert.equal((await write(its, volume, text)).code, 65);
      assert.equal((await fingerprint(its, volume)).hash, null);
      assert.equal(await its.onVolume(volume, "ls -A /v/releases"), "");
    }),
  );
}

it("reloads without failing a request: new ones, one under way, and one on a connection kept open", limits, () =>
  tryOut("nginx", async (its) => {
    const volume = await its.volume();
    await write(its, volume, document(site("one")));
    const { server, port } = await serve(its, volume);
    await its.inside(server, ["sh", "-c", "head -c 100000 /dev/zero | tr '\\0' x > /tmp/nginx/payload"]);
    const started = (await docker(["container", "inspect", "--format", "{{.State.StartedAt}}", server])).trim();

    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    await fetchFrom(port, "/", agent);
    const slow = fetchFrom(port, "/slow", agent);
    const knocked = { times: 0, failed: 0, on: true };
    const knocking = (async () => {
      while (knocked.on) {
        knocked.times += 1;
        const { answer } = await fetchFrom(port, "/").catch(() => ({ answer: undefined }));
        if (answer?.statusCode !== 200) knocked.failed += 1;
      }
    })();
    for (const word of ["two", "three"]) {
      await write(its, volume, document(site(word)));
      await says(port, word);
    }
    const { body, reused } = await slow;
    knocked.on = false;
    await knocking;
    assert.equal(body.length, 100_000);
    assert.equal(reused, true);
    agent.destroy();
    assert.ok(knocked.times > 20);
    assert.equal(knocked.failed, 0);
    assert.equal((await docker(["container", "inspect", "--format", "{{.State.StartedAt}}", server])).trim(), started);
  }),
);

it("shows a file that was edited by hand in the fingerprint, and heals when the same is written again", limits, () =>
  tryOut("nginx", async (its) => {
    const volume = await its.volume();
    const hash = edgeHash(site("right"));
    await write(its, volume, document(site("right")));
    const { port } = await serve(its, volume);
    await its.onVolume(volume, "sed -i s/right/wrong/ /v/current/sites/app.conf");
    const drifted = await fingerprint(its, volume);
    assert.equal(drifted.hash, edgeHash(site("wrong")));
    assert.equal(drifted.nginx, hash);

    assert.equal((await write(its, volume, document(site("right"), 2))).code, 0);
    assert.deepEqual(await fingerprint(its, volume), { hash, serial: 2, nginx: hash });
    assert.equal((await fetchFrom(port, "/")).body, "right");
    await its.onVolume(volume, "touch /v/current/stray.conf");
    assert.notEqual((await fingerprint(its, volume)).hash, hash);
  }),
);

it("keeps three configurations, and content byte for byte, readable to the edge alone", limits, () =>
  tryOut("nginx", async (its) => {
    const volume = await its.volume();
    const key = '-----BEGIN-----\nµ "quoted" $dollar \\ back\ttab\n\n';
    for (const word of ["a", "b", "c", "d"]) {
      const { code, output } = await write(its, volume, document({ ...site(word), "tls/key.pem": key }));
      assert.equal(code, 0, output);
    }
    assert.equal((await its.onVolume(volume, "ls /v/releases")).trim().split("\n").length, 3);
    assert.equal((await fingerprint(its, volume)).hash, edgeHash({ ...site("d"), "tls/key.pem": key }));
    assert.equal(await its.onVolume(volume, "stat -c '%a %u' /v/current/tls/key.pem"), "600 997");
    assert.equal(
      await its.onVolume(volume, "sha256sum < /v/current/tls/key.pem"),
      await its.onVolume(volume, "sha256sum", key),
    );
  }),
);

it("starts with maintenance when the configuration on the volume does not work", limits, () =>
  tryOut("nginx", async (its) => {
    const volume = await its.volume();
    await write(its, volume, document(site("good")));
    await its.onVolume(volume, "echo 'nonsense;' >> /v/current/nginx.conf");
    const { port } = await serve(its, volume);
    assert.equal((await fetchFrom(port, "/")).answer.statusCode, 503);
    assert.equal((await fingerprint(its, volume)).nginx, "maintenance");
  }),
);

it("does not load a configuration that got onto the volume untested and does not work", limits, () =>
  tryOut("nginx", async (its) => {
    const volume = await its.volume();
    await write(its, volume, document(site("good")));
    const { server, port } = await serve(its, volume);
    const byHand = "mkdir /v/releases/by-hand && echo 'nonsense;' > /v/releases/by-hand/nginx.conf";
    const owned = "chown -R 997:997 /v/releases/by-hand && ln -s releases/by-hand /v/next && mv -T /v/next /v/current";
    await its.onVolume(volume, `${byHand} && ${owned}`);
    await until("a word about it in the log", 10_000, async () =>
      /was not loaded, the old one stays: .*unknown directive "nonsense"/.test(await its.tellTale(server)),
    );
    assert.equal((await fetchFrom(port, "/")).body, "good");
    assert.equal((await fingerprint(its, volume)).nginx, edgeHash(site("good")));

    await write(its, volume, document(site("better")));
    await says(port, "better");
  }),
);

it("reads a document that only root may read", limits, () =>
  tryOut("nginx", async (its) => {
    const volume = await its.volume();
    const secret = ["--volume", `${await its.secret("edge", document(site("good")), "400")}:/run/secrets:ro`];
    const staged = await its.run([...on(volume), ...asRoot, ...secret, "--user", "0"], ["stage", "/run/secrets/edge"]);
    assert.equal(staged.code, 0, staged.output);
    assert.equal((await its.onVolume(volume, "ls /v/releases")).trim(), edgeHash(site("good")));
  }),
);

for (const init of [[], ["--init"]]) {
  it(`ends when nginx dies ${init.length > 0 ? "under an init" : "as the first process"}`, limits, () =>
    tryOut("nginx", async (its) => {
      const server = await its.start([...on(await its.volume()), ...init], ["serve"]);
      const check = ["tidemark-edge", "healthcheck"];
      await until("an edge that answers", 20_000, async () => (await its.inside(server, check)).code === 0);
      // A first process cannot be killed from within, only asked.
      await its.inside(server, [
        "sh",
        "-c",
        'kill -KILL "$(cat /tmp/nginx/nginx.pid)"; kill -TERM "$(cat /tmp/nginx/nginx.pid)"',
      ]);
      const status = ["container", "inspect", "--format", "{{.State.Status}}", server];
      await until("the end of the container", 10_000, async () => (await docker(status)).trim() === "exited");
    }),
  );
}

it("leaves by the signal that lets requests end", limits, () =>
  tryOut("nginx", async (its) => {
    const volume = await its.volume();
    await write(its, volume, document(site("good")));
    const { server, port } = await serve(its, volume);
    await its.inside(server, ["sh", "-c", "head -c 60000 /dev/zero | tr '\\0' x > /tmp/nginx/payload"]);
    const slow = fetchFrom(port, "/slow");
    await fetchFrom(port, "/");
    await docker(["stop", "--time", "20", server]);
    assert.equal((await slow).body.length, 60_000);
    assert.equal((await docker(["container", "inspect", "--format", "{{.State.ExitCode}}", server])).trim(), "0");
  }),
);

it("serves what it served while another configuration is staged, and keeps both however many are staged", limits, () =>
  tryOut("nginx", async (its) => {
    const volume = await its.volume();
    await write(its, volume, document(site("served")));
    const { port } = await serve(its, volume);
    for (const word of ["a", "b", "c", "d"])
      assert.equal((await stage(its, volume, document(site(word)))).code, 0, word);
    assert.equal((await fetchFrom(port, "/")).body, "served");
    assert.deepEqual(
      (await its.onVolume(volume, "ls /v/releases")).trim().split("\n").sort(),
      ["served", "b", "c", "d"].map((word) => edgeHash(site(word))).sort(),
    );
    assert.equal((await change(its, volume, edgeHash(site("b")))).code, 0);
    assert.equal((await fetchFrom(port, "/")).body, "b", "it was not loaded when switch had ended");
    assert.equal((await change(its, volume, edgeHash(site("served")))).code, 0);
    assert.equal((await fetchFrom(port, "/")).body, "served");
  }),
);

it("refuses to switch to a configuration that is not there, or that is no longer what its name says", limits, () =>
  tryOut("nginx", async (its) => {
    const volume = await its.volume();
    await write(its, volume, document(site("good")));
    const [good, absent] = [edgeHash(site("good")), edgeHash(site("never"))];
    const unknown = await change(its, volume, absent);
    assert.deepEqual([unknown.code, unknown.output.includes(`there is no configuration ${absent}`)], [66, true]);
    await stage(its, volume, document(site("other")));
    const other = edgeHash(site("other"));
    await its.onVolume(volume, `echo '# by hand' >>/v/releases/${other}/nginx.conf`);
    const damaged = await change(its, volume, other);
    assert.deepEqual([damaged.code, damaged.output.includes(`the configuration ${other} is damaged`)], [66, true]);
    assert.equal((await fingerprint(its, volume)).hash, good);
  }),
);

it("does not take the word of an edge that ended for that of one that runs", limits, () =>
  tryOut("nginx", async (its) => {
    const volume = await its.volume();
    await write(its, volume, document(site("one")));
    const { server } = await serve(its, volume);
    await write(its, volume, document(site("two")));
    await docker(["kill", server]);
    const { code, output } = await change(its, volume, edgeHash(site("one")));
    assert.equal(code, 0, output);
    assert.match(output, /"hash":"[0-9a-f]{64}"/);
    await says((await serve(its, volume)).port, "one");
  }),
);

it("fails when the edge does not load what it was switched to", { timeout: 60_000 }, () =>
  tryOut("nginx", async (its) => {
    const volume = await its.volume();
    await write(its, volume, document(site("one")));
    const { server } = await serve(its, volume);
    await stage(its, volume, document(site("two")));
    await docker(["pause", server]);
    const { code } = await change(its, volume, edgeHash(site("two")));
    await docker(["unpause", server]);
    assert.equal(code, 1);
  }),
);

const evidenceOf = (output: string) =>
  JSON.parse(/^tidemark-evidence (.*)$/.exec(output.trim().split("\n").at(-1) ?? "")?.[1] ?? "{}") as object;

it("makes a release's static files the first that are tried, and leaves the order of the others", limits, () =>
  tryOut("nginx", async (its) => {
    const [volume, files] = [await its.volume(), await its.volume()];
    await write(its, volume, document(site("one")));
    await its.onVolume(
      files,
      "cd /v && mkdir -p releases/a releases/b releases/c && ln -s releases/a 0 && ln -s releases/b 1 && ln -s releases/c 2",
    );
    const hash = edgeHash(site("one"));
    const to = (release: string) =>
      its.run(
        [...on(volume), ...asRoot, "--user", "0", "--volume", `${files}:/srv/static`],
        ["switch", hash, "--static", release],
      );
    const order = async () => (await its.onVolume(files, "cd /v && readlink 0 1 2")).trim().split("\n");
    const there = await to("c");
    assert.equal(there.code, 0, there.output);
    assert.deepEqual(evidenceOf(there.output), { hash, static: "c" });
    assert.deepEqual(await order(), ["releases/c", "releases/a", "releases/b"]);
    for (const wrong of ["d", "../releases/a", ".."]) assert.equal((await to(wrong)).code, 66, wrong);
    assert.deepEqual(await order(), ["releases/c", "releases/a", "releases/b"]);
  }),
);

/** A site with an answer for each way in which one can be as expected or not. */
const TRIED = {
  "nginx.conf": `events {}
http { server { listen 8080;
  location = /well { default_type text/plain; return 200 "all is well with $http_host, $http_x_asked"; }
  location = /moved { return 302 /elsewhere; }
  location = /ill { return 500 "a long story of what went wrong"; }
  location = /pass { if (-f /etc/edge/passes/$http_x_tidemark_pass) { return 200 "passed"; } return 503; }
  location = /made { if ($request_method != POST) { return 405; } return 201 "made of $content_length"; }
} }
`,
};

for (const [what, requests, code, lines] of [
  [
    "succeeds when every answer is as expected",
    [
      { path: "/well", text: "well with shop.example:81", headers: { "X-Asked": "twice" } },
      { path: "/well", text: ", twice", headers: { "X-Asked": "twice" } },
      { path: "/moved" },
      { path: "/ill", status: 500 },
      { path: "/made", method: "POST", body: "12345", status: 201, text: "made of 5" },
      { path: "/well", method: "HEAD" },
      { path: "/pass", text: "passed" },
    ],
    0,
    [
      "GET /well: 200",
      "GET /well: 200",
      "GET /moved: 302",
      "GET /ill: 500",
      "POST /made: 201",
      "HEAD /well: 200",
      "GET /pass: 200",
    ],
  ],
  [
    "fails and says what was expected and what was found",
    [{ path: "/ill" }, { path: "/well", text: "nobody" }, { path: "/moved", status: 200 }, { path: "/well" }],
    1,
    [
      "GET /ill: expected 2xx or 3xx, found 500: a long story of what went wrong",
      'GET /well: expected "nobody" in the answer, found 200: all is well with shop.example:81, ',
      "GET /moved: expected 200, found 302: <html>",
      "GET /well: 200",
    ],
  ],
] as const)
  it(`asks through the edge after a switch, and ${what}`, limits, () =>
    tryOut("nginx", async (its) => {
      const volume = await its.volume();
      await write(its, volume, document(TRIED));
      const { server } = await serve(its, volume);
      const order = { edge: "127.0.0.1:8080", scheme: "http", host: "shop.example", port: 81, requests };
      const asked = await its.secret("smoke", JSON.stringify(order));
      const inside = [
        "--user",
        "0",
        "--network",
        `container:${server}`,
        "--volume",
        `${asked}:/s:ro`,
        "--entrypoint",
        "sh",
      ];
      const typed = `tidemark-edge switch ${edgeHash(TRIED)} --smoke /s/smoke 2>&1; echo "ended with $?"`;
      const { output } = await its.run([...on(volume), ...asRoot, ...inside], ["-c", typed]);
      const said = output.trim().split("\n");
      assert.equal(said.at(-1), `ended with ${code}`, output);
      const smoke = said.filter((line) => line.startsWith("smoke: ")).map((line) => line.slice("smoke: ".length));
      for (const [index, expected] of lines.entries()) assert.ok(smoke[index]?.startsWith(expected), output);
      assert.equal(smoke.length, lines.length, output);
      assert.equal(await its.onVolume(volume, "ls /v/passes"), "");
      assert.equal(
        said.some((line) => line.startsWith("tidemark-evidence ")),
        code === 0,
      );
    }),
  );

const turn = (its: TryOut, volume: string, ...words: string[]) =>
  its.run([...on(volume), ...asRoot, "--user", "0"], words);

async function maintenanceOf(its: TryOut, volume: string) {
  const { output } = await its.run(on(volume), ["fingerprint"]);
  return (JSON.parse(output) as { maintenance: { on: boolean; since?: string; because?: string; declared: unknown } })
    .maintenance;
}

it("turns maintenance on and off, and knows since when, why, and whether it was on before", limits, () =>
  tryOut("nginx", async (its) => {
    const volume = await its.volume();
    assert.deepEqual(await maintenanceOf(its, volume), { on: false, declared: null });
    const first = await turn(its, volume, "maintenance", "on", "--because", 'a "new" disk; $HOME');
    assert.deepEqual(evidenceOf(first.output), { was: false });
    const { since, ...known } = await maintenanceOf(its, volume);
    assert.deepEqual(known, { on: true, because: 'a "new" disk; $HOME', declared: null });
    assert.match(since ?? "", /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);

    assert.deepEqual(evidenceOf((await turn(its, volume, "maintenance", "on")).output), { was: true });
    assert.deepEqual(await maintenanceOf(its, volume), { since, ...known });
    assert.deepEqual(evidenceOf((await turn(its, volume, "maintenance", "off")).output), { was: true });
    assert.deepEqual(evidenceOf((await turn(its, volume, "maintenance", "off")).output), { was: false });
    assert.deepEqual(await maintenanceOf(its, volume), { on: false, declared: null });
    for (const wrong of [["maintenance"], ["maintenance", "maybe"], ["maintenance", "on", "--because"]])
      assert.equal((await turn(its, volume, ...wrong)).code, 64);
  }),
);

it("keeps visitors out briefly for one reason, and leaves another one's alone", limits, () =>
  tryOut("nginx", async (its) => {
    const volume = await its.volume();
    const isOn = async () => (await maintenanceOf(its, volume)).on;
    const were = async (...words: string[]) => evidenceOf((await turn(its, volume, "briefly", ...words)).output);
    assert.deepEqual(await were("600", "a migration"), { were: false });
    assert.deepEqual(await were("600", "a migration"), { were: false }, "a run that was killed is taken up again");
    await turn(its, volume, "over", "another migration");
    assert.equal(await isOn(), true);
    await turn(its, volume, "over", "a migration");
    assert.equal(await isOn(), false);

    await were("600", "a migration");
    await turn(its, volume, "maintenance", "on");
    await turn(its, volume, "over", "a migration");
    assert.equal(await isOn(), true, "somebody wanted it on meanwhile");
    assert.deepEqual(await were("600", "a migration"), { were: true });
    await turn(its, volume, "maintenance", "off");
    for (const wrong of [["briefly"], ["briefly", "soon", "a migration"], ["over"]])
      assert.equal((await turn(its, volume, ...wrong)).code, 64);

    await serve(its, volume);
    await were("0", "a migration that was killed");
    await until("visitors are let in", 10_000, async () => !(await isOn()));
  }),
);

it("does what is declared once: what was done by hand since then stays until something else is declared", limits, () =>
  tryOut("nginx", async (its) => {
    const volume = await its.volume();
    const [off, on_] = [
      { on: false, serial: "s1" },
      { on: true, serial: "s2" },
    ];
    const declare = (what: object) => turn(its, volume, "declare", JSON.stringify(what));
    const state = async () => {
      const { on, declared } = await maintenanceOf(its, volume);
      return { on, declared };
    };
    assert.match((await declare(off)).output, /tidemark-evidence \{"was":false\}/);
    assert.deepEqual(await state(), { on: false, declared: off });
    await turn(its, volume, "maintenance", "on");
    assert.doesNotMatch((await declare(off)).output, /evidence/);
    assert.deepEqual(await state(), { on: true, declared: off });
    await declare(on_);
    await turn(its, volume, "maintenance", "off");
    await declare({ ...off, serial: "s3" });
    assert.deepEqual(await state(), { on: false, declared: { on: false, serial: "s3" } });
    await declare({ ...on_, serial: "s4" });
    assert.equal((await state()).on, true);
    assert.equal((await turn(its, volume, "declare", "off")).code, 64);
  }),
);
