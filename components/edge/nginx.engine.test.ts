import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { type IncomingHttpHeaders, request as overHttp } from "node:http";
import { request as overHttps } from "node:https";
import { it } from "node:test";
import { docker, tryOut, until, type TryOut } from "../../images/try-out";
import { edgeDocument } from "./files";
import type { EdgePlan } from "./nginx";
import { plans } from "../../test/program/edge-plans";

const limits = { timeout: 180_000 };
const readOnly = ["--read-only", "--cap-drop", "ALL", "--tmpfs", "/tmp"];
const asRoot = ["--user", "0", ...["CHOWN", "DAC_OVERRIDE", "SETGID", "SETUID"].flatMap((one) => ["--cap-add", one])];

/** An application that answers with what it was told; below /upgrade with 101, as a server that speaks websocket does. */
const UPSTREAM = `pid /tmp/nginx.pid; daemon off; error_log stderr;
events {}
http {
  access_log off;
  client_body_temp_path /tmp/b; proxy_temp_path /tmp/p; fastcgi_temp_path /tmp/f; uwsgi_temp_path /tmp/u; scgi_temp_path /tmp/s;
  server {
    listen 8000; listen 8080;
    default_type application/json;
    client_max_body_size 0;
    location / {
      return 200 '{"port":"$server_port","path":"$request_uri","host":"$http_host","proto":"$http_x_forwarded_proto","id":"$http_x_request_id","for":"$http_x_forwarded_for","real":"$http_x_real_ip","upgrade":"$http_upgrade","connection":"$http_connection"}';
    }
    location /moved/ { return 301 /elsewhere; }
    location ~ /own-503$ { return 503 '{"of":"the application"}'; }
  }
}
`;

interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
  /** The body, where the application gave it. */
  told: Record<string, string>;
}

interface Edge {
  ask(
    path: string,
    headers?: Record<string, string>,
    options?: { method?: string; tls?: boolean; body?: string },
  ): Promise<Answer>;
  its: TryOut;
  container: string;
}

/** Runs the edge with a plan's document before the application, on a network of its own. */
async function edgeOf(
  plan: EdgePlan,
  body: (edge: Edge) => Promise<void>,
  volumes: (its: TryOut) => Promise<string[]> = async () => [],
  page?: string,
): Promise<void> {
  const network = `tidemark-try-net-${randomBytes(4).toString("hex")}`;
  await docker(["network", "create", network]);
  try {
    await tryOut("nginx", async (its) => {
      const config = await its.secret("nginx.conf", UPSTREAM);
      const near = ["--network", network];
      await its.start(
        [
          ...near,
          "--network-alias",
          "upstream",
          "--volume",
          `${config}:/up`,
          "--tmpfs",
          "/tmp",
          "--entrypoint",
          "nginx",
        ],
        ["-c", "/up/nginx.conf"],
      );

      const tls = plan.edge.tls && (await selfSigned(its));
      const certified = tls
        ? { ...plan, edge: { ...plan.edge, tls: { ...plan.edge.tls!, certificate: tls.certificate } } }
        : plan;
      const files = await its.volume();
      const document = edgeDocument(certified, tls?.key, undefined, page);
      const job = [...readOnly, ...asRoot, "--volume", `${files}:/etc/edge`];
      const staged = await its.run(job, ["stage"], JSON.stringify(document));
      assert.equal(staged.code, 0, staged.output);
      const switched = await its.run(job, ["switch", document.hash]);
      assert.equal(switched.code, 0, switched.output);

      const ports = ["--publish", "127.0.0.1::8080", "--publish", "127.0.0.1::8443"];
      const container = await its.start(
        [...near, ...readOnly, ...ports, "--volume", `${files}:/etc/edge`, ...(await volumes(its))],
        ["serve"],
      );
      const port = async (inside: number) =>
        Number((await docker(["port", container, `${inside}/tcp`])).trim().split(":").at(-1));
      const [plain, secure] = [await port(8080), await port(8443)];
      await until(
        "an edge that answers",
        20_000,
        async () => (await its.inside(container, ["tidemark-edge", "healthcheck"])).code === 0,
      );
      await body({
        its,
        container,
        ask: (path, headers, options) => ask(options?.tls ? secure : plain, path, headers, options),
      });
    });
  } finally {
    await docker(["network", "rm", network]);
  }
}

function ask(
  port: number,
  path: string,
  headers: Record<string, string> = {},
  { method = "GET", tls = false, body = "" } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const options = {
      host: "127.0.0.1",
      port,
      path,
      method,
      agent: false as const,
      headers: { ...headers, ...(body && { "content-length": body.length }) },
    };
    const sent = tls ? overHttps({ ...options, rejectUnauthorized: false }) : overHttp(options);
    sent.on("response", (answer) => {
      let text = "";
      answer.setEncoding("utf8").on("data", (part: string) => (text += part));
      answer.on("end", () => {
        const told = text.startsWith("{") ? (JSON.parse(text) as Record<string, string>) : {};
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: text, told });
      });
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

async function selfSigned(its: TryOut): Promise<{ certificate: string; key: string }> {
  const made = await its.run(
    ["--tmpfs", "/tmp", "--entrypoint", "sh"],
    [
      "-c",
      "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=shop.example -keyout /tmp/k -out /tmp/c 2>/dev/null; cat /tmp/c /tmp/k",
    ],
  );
  const [certificate = "", key = ""] = made.output.split(/(?=-----BEGIN PRIVATE KEY-----)/);
  return { certificate, key: `${key}\n` };
}

it("plain: any name, own headers, a request id passed and echoed, no stranger believed", limits, () =>
  edgeOf(plans.plain, async ({ ask }) => {
    const { status, headers, told } = await ask("/a/page?x=1", {
      "x-forwarded-proto": "https",
      "x-forwarded-for": "203.0.113.9",
      host: "any.example:81",
    });
    assert.equal(status, 200);
    assert.equal(told.path, "/a/page?x=1");
    assert.equal(told.host, "any.example:81");
    assert.equal(told.proto, "http");
    assert.notEqual(told.for, "203.0.113.9");
    assert.equal(told.for, told.real);
    assert.match(told.id!, /^[0-9a-f]{32}$/);
    assert.equal(headers["x-request-id"], told.id);
    assert.equal(headers["x-frame-options"], "DENY");
    assert.equal(headers["x-content-type-options"], "nosniff");
    assert.equal(headers["strict-transport-security"], undefined);
    assert.equal(headers.server, "nginx");

    const named = await ask("/", { "x-request-id": "from-the-client-1" });
    assert.deepEqual([named.told.id, named.headers["x-request-id"]], ["from-the-client-1", "from-the-client-1"]);
    const odd = await ask("/", { "x-request-id": 'a "quoted" one' });
    assert.match(odd.told.id!, /^[0-9a-f]{32}$/);
    assert.equal((await ask("/-/edge")).status, 403);
  }),
);

it("tls: sends to HTTPS with its port, serves its names alone, says so to browsers", limits, () =>
  edgeOf(plans.tls, async ({ ask }) => {
    const sent = await ask("/a?b=c", { host: "www.shop.example" }, { method: "POST" });
    assert.deepEqual([sent.status, sent.headers.location], [308, "https://www.shop.example:4443/a?b=c"]);
    assert.equal((await ask("/", { host: "stranger.example" })).status, 421);
    const { status, headers, told } = await ask("/", { host: "shop.example" }, { tls: true });
    assert.deepEqual([status, told.proto], [200, "https"]);
    assert.equal(headers["strict-transport-security"], "max-age=31536000");
    assert.equal((await ask("/", { host: "stranger.example" }, { tls: true })).status, 421);
  }),
);

it("tls without redirect: both answer, each with its own scheme", limits, () =>
  edgeOf(plans["tls-beside-http"], async ({ ask }) => {
    const [plain, secure] = [await ask("/"), await ask("/", {}, { tls: true })];
    assert.deepEqual([plain.status, plain.told.proto], [200, "http"]);
    assert.deepEqual([secure.status, secure.told.proto], [200, "https"]);
    assert.equal(plain.headers["strict-transport-security"], undefined);
  }),
);

const host = { host: "shop.example" };

it("full: routes, limits, trusted proxies, the deny list, strangers", limits, () =>
  edgeOf(plans.full, async ({ ask }) => {
    assert.equal((await ask("/", host)).told.port, "8080");
    assert.equal((await ask("/api/x", host)).told.port, "8000");
    assert.equal((await ask("/", { host: "stranger.example" })).status, 421);

    const trusted = await ask("/", {
      ...host,
      "x-forwarded-proto": "https",
      "x-forwarded-for": "192.0.2.1, 203.0.113.9",
    });
    assert.deepEqual([trusted.told.proto, trusted.told.for], ["https", "203.0.113.9"]);
    assert.equal((await ask("/", { ...host, "x-forwarded-proto": "gopher" })).told.proto, "http");
    assert.equal((await ask("/", { ...host, "x-forwarded-for": "203.0.113.7" })).status, 403);
    assert.equal((await ask("/", { ...host, "x-forwarded-for": "198.51.100.20" })).status, 403);

    assert.equal((await ask("/", host)).headers["content-security-policy"], `default-src 'self'; report-to "it"`);
    const large = "x".repeat(1024 ** 2 + 1);
    assert.equal((await ask("/", host, { method: "POST", body: large })).status, 413);
    assert.equal((await ask("/api/x", host, { method: "POST", body: large })).status, 200);
  }),
);

it("full: a websocket's wish to be upgraded reaches the process", limits, () =>
  edgeOf(plans.full, async ({ ask }) => {
    const wish = await ask("/ws/orders/", { ...host, upgrade: "websocket", connection: "Upgrade" });
    assert.deepEqual([wish.told.upgrade, wish.told.connection], ["websocket", "upgrade"]);
    const usual = await ask("/ws/orders/", host);
    assert.deepEqual([usual.told.upgrade, usual.told.connection], ["", ""]);
  }),
);

it("full: a process that is away is a 503 with a page and a time to come back, whatever was asked", limits, () =>
  edgeOf(plans.full, async ({ ask }) => {
    for (const method of ["GET", "POST", "PUT", "DELETE"]) {
      const { status, headers, body } = await ask("/away/x", host, { method });
      assert.deepEqual([method, status], [method, 503]);
      assert.equal(headers["retry-after"], "10", method);
      assert.match(headers["content-type"] ?? "", /^text\/html/, method);
      assert.match(body, /Back in a moment/, method);
      assert.equal(headers["x-frame-options"], "DENY", method);
    }
    assert.equal((await ask("/away/x", host, { method: "POST", body: "x".repeat(2 * 1024 ** 2) })).status, 503);
    assert.equal((await ask("/-/away", host)).status, 404);
    const own = await ask("/api/own-503", host);
    assert.deepEqual([own.status, own.told.of, own.headers["retry-after"]], [503, "the application", undefined]);
  }),
);

it("full: static files of the newest release first, then of older ones; uploads, but none through a link", limits, () =>
  edgeOf(
    plans.full,
    async ({ ask }) => {
      const text = async (path: string) => (await ask(path, host)).body;
      assert.equal(await text("/static/app.js"), "newest");
      assert.equal(await text("/static/gone/old.js"), "older");
      assert.equal((await ask("/static/never.js", host)).status, 404);
      assert.match((await ask("/static/app.js", host)).headers["content-type"]!, /javascript/);
      assert.equal((await ask("/static/app.js", host)).headers["cache-control"], "max-age=3600");
      assert.equal(await text("/media/a%20b/photo.txt"), "uploaded");
      assert.equal((await ask("/media/link.txt", host)).status, 403);
      assert.notEqual((await ask("/media/../static/0/app.js", host)).body, "newest");
      assert.equal((await ask("/media/none.txt", host)).status, 404);
    },
    async (its) => {
      const files = await its.volume();
      const media = await its.volume();
      await its.onVolume(
        files,
        "cd /v && mkdir -p releases/new releases/old/gone && printf newest >releases/new/app.js && printf stale >releases/old/app.js && " +
          "printf older >releases/old/gone/old.js && ln -s releases/new 0 && ln -s releases/old 1 && chmod -R a+rX .",
      );
      await its.onVolume(
        media,
        "cd /v && mkdir 'a b' && printf uploaded >'a b/photo.txt' && ln -s /etc/hostname link.txt && chmod -R a+rX .",
      );
      return ["--volume", `${files}:/srv/static:ro`, "--volume", `${media}:/srv/media:ro`];
    },
  ),
);

const closed = { on: ["tidemark-edge", "maintenance", "on"], off: ["tidemark-edge", "maintenance", "off"] };

it("full: in maintenance turns away all but whom the settings let in, and those at the next request", limits, () =>
  edgeOf(
    plans.full,
    async ({ ask, its, container }) => {
      assert.equal((await ask("/", host)).status, 200);
      assert.equal((await its.inside(container, closed.on)).code, 0);
      for (const [path, options] of [
        ["/", { method: "GET" }],
        ["/api/orders", { method: "POST", body: "x=1" }],
        ["/api/orders", { method: "POST", body: "x".repeat(2 * 1024 ** 2) }],
        ["/api/orders", { method: "PUT" }],
        ["/api/health.json/more", { method: "GET" }],
        ["/static/app.js", { method: "GET" }],
        ["/media/photo.txt", { method: "GET" }],
      ] as const) {
        const { status, headers, body } = await ask(path, host, options);
        assert.deepEqual([path, status, headers["retry-after"]], [path, 503, "600"]);
        assert.match(headers["content-type"] ?? "", /^text\/html/);
        assert.match(body, /closed for a while/);
        assert.equal(headers["x-frame-options"], "DENY");
      }
      assert.equal((await ask("/", { ...host, cookie: "a=b; tidemark-bypass=let/me+in=.1234567890" })).status, 200);
      assert.equal((await ask("/", { ...host, cookie: "tidemark-bypass=let/me+in=.1234567890x" })).status, 503);
      assert.equal((await ask("/", { ...host, cookie: "tidemark-bypass=let/me+in=x1234567890" })).status, 503);
      assert.equal((await ask("/", { ...host, "x-forwarded-for": "203.0.113.8" })).status, 200);
      assert.equal((await ask("/", { ...host, "x-forwarded-for": "203.0.113.9" })).status, 503);
      assert.equal(
        (await ask("/api/orders", { ...host, "x-forwarded-for": "2001:db8::1" }, { method: "POST" })).status,
        200,
      );
      for (const path of ["/api/health.json", "/api/ready"]) assert.equal((await ask(path, host)).status, 200, path);
      assert.equal((await ask("/", { host: "stranger.example" })).status, 421);

      assert.equal((await its.inside(container, ["tidemark-edge", "healthcheck"])).code, 0);
      assert.equal((await its.inside(container, closed.off)).code, 0);
      assert.equal((await ask("/", host)).status, 200);
    },
    async () => [],
    "<p>closed for a while</p>",
  ),
);

it("ready: in maintenance lets who may come in past the question whether the process is ready", limits, () => {
  const maintenance = { ...plans.ready.maintenance, cookie: "0123456789abcdef", spared: ["/ill/live"] };
  return edgeOf({ ...plans.ready, maintenance }, async ({ ask, its, container }) => {
    await its.inside(container, closed.on);
    const { status, body } = await ask("/a/page");
    assert.equal(status, 503);
    assert.match(body, /Back soon/);
    const cookie = "tidemark-bypass=0123456789abcdef";
    assert.equal((await ask("/a/page", { cookie })).told.path, "/a/page");
    assert.match((await ask("/ill/page", { cookie })).body, /Back in a moment/);
    assert.equal((await ask("/ill/live")).told.path, "/ill/live", "it is not asked whether it is ready");
  });
});

it("logs each request as one line of JSON with its id", limits, () =>
  edgeOf(plans.full, async ({ ask, its, container }) => {
    await ask("/api/logged?token=hidden", { ...host, "x-request-id": "known-to-all", "user-agent": 'a "b" \\ c' });
    const line = await until("the request in the log", 10_000, async () =>
      (await its.tellTale(container)).split("\n").find((one) => one.includes('"known-to-all"')),
    );
    const entry = JSON.parse(line) as Record<string, unknown>;
    assert.deepEqual([entry.path, entry.status, entry.method, entry.agent], ["/api/logged", 200, "GET", 'a "b" \\ c']);
    assert.ok(!line.includes("hidden"));
  }),
);

it("ready: nobody is let in to a process that says it is not ready, but who asks it for that", limits, () =>
  edgeOf(plans.ready, async ({ ask }) => {
    const well = await ask("/a/page?x=1", { host: "any.example" });
    assert.deepEqual([well.status, well.told.path, well.told.host], [200, "/a/page?x=1", "any.example"]);
    assert.equal((await ask("/a/form", {}, { method: "POST", body: "x=1" })).status, 200);

    const away = await ask("/ill/page", {}, { method: "POST", body: "x=1" });
    assert.deepEqual([away.status, away.headers["retry-after"]], [503, "10"]);
    assert.match(away.headers["content-type"] ?? "", /^text\/html/);
    const own = await ask("/ill/own-503");
    assert.deepEqual([own.status, own.told.of, own.headers["retry-after"]], [503, "the application", undefined]);
  }),
);

it("ready: lets visitors in to a process that answers the question with a redirect", limits, () => {
  const [first] = plans.ready.routes;
  const moved = {
    ...plans.ready,
    routes: [{ ...first!, ready: { path: "/moved/", host: "localhost", live: "/live" } }],
  };
  return edgeOf(moved, async ({ ask }) => assert.equal((await ask("/a/page")).told.path, "/a/page"));
});
