import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, before, describe, it } from "node:test";
import { taggedCatalogue } from "../../images/context";
import { dockerAt, remove } from "../../operations/docker";
import { says } from "./says";
import { Stack } from "./stack";

const docker = dockerAt();

/** An image of somebody else's: Debian's packages, an ENTRYPOINT and a CMD of its own, a user with a name. */
const FOREIGN = (base: string): string => `FROM ${base}
RUN apt-get update -q && apt-get install -y --no-install-recommends python3-gunicorn && useradd --system guest
WORKDIR /srv
RUN printf '%s\\n' 'import os' \\
  'def app(environ, start):' \\
  '    start("200 OK", [("Content-Type", "text/plain; charset=utf-8")])' \\
  '    return [os.environ.get(environ["PATH_INFO"][1:], "(nothing)").encode()]' > guest.py
USER guest
ENTRYPOINT ["python3", "-m", "gunicorn"]
CMD ["--bind", "0.0.0.0:9000", "guest:app"]
`;

describe("an image that knows nothing of Tidemark", () => {
  let stack: Stack;

  before(async () => {
    stack = await Stack.fresh("foreign", {
      image: "foreign-guest",
      tag: "1.0.0",
      build: undefined,
      framework: "none",
      celery: undefined,
      database: false,
      redis: {},
      media: undefined,
      static: undefined,
      env: { GREETING: "plain, \"quoted\" and 'quoted'" },
      processes: { guest: { kind: "web", port: 9000, replicas: 1, drain: "5s", health: { path: "/GREETING" } } },
    });
    await stack.tidemark(["images"]);
    const { base } = await taggedCatalogue();
    await docker(["build", "--quiet", "--tag", "127.0.0.1:5000/foreign-guest:1.0.0", "-"], {
      input: FOREIGN(base.tag),
      timeoutMs: 300_000,
    });
    await docker(["push", "--quiet", "127.0.0.1:5000/foreign-guest:1.0.0"], { timeoutMs: 120_000 });
  });

  after(async () => {
    await stack.down();
    await remove(docker, "image", ["127.0.0.1:5000/foreign-guest:1.0.0", "127.0.0.1:5000/foreign-bare:1.0.0"]);
  });

  it("is not touched while its port belongs to somebody else, who is named", async () => {
    const server = createServer().listen(stack.port, "127.0.0.1");
    try {
      const { exitCode, said } = await stack.tidemark(["up", "--yes"]);
      assert.equal(exitCode, 1);
      says(said, new RegExp(`edge\\.port: ${stack.port}  process \\S+ \\(pid ${process.pid}\\) has this port`));
      assert.deepEqual((await stack.objects()).service, []);
    } finally {
      await new Promise((resolve) => server.close(resolve));
    }
  });

  it("runs with its own ENTRYPOINT, CMD and user, and is given its environment", async () => {
    await stack.up();
    assert.equal(await (await fetch(`${stack.url}/GREETING`)).text(), "plain, \"quoted\" and 'quoted'");
    const [container = ""] = await stack.containers("guest");
    const processes = await docker(["top", container, "-eo", "pid,args"]);
    assert.match(processes, /python3 -m gunicorn --bind 0\.0\.0\.0:9000 guest:app/);
    assert.equal(await docker(["exec", container, "id", "-un"]), "guest");
    assert.doesNotMatch(await docker(["inspect", container]), /quoted/);
  });

  it("is refused by name when it has no shell", async () => {
    const empty = Buffer.alloc(1024);
    await docker(["import", "-", "127.0.0.1:5000/foreign-bare:1.0.0"], { input: empty });
    await docker(["push", "--quiet", "127.0.0.1:5000/foreign-bare:1.0.0"], { timeoutMs: 60_000 });
    await stack.set({ image: "foreign-bare", "processes.guest.user": "65534" });
    const { exitCode, said } = await stack.pulumi(["preview", "--stack", stack.name]);
    assert.notEqual(exitCode, 0);
    says(
      said,
      /Pulumi\.foreign\.yaml: 1 to put right, nothing was touched\s+tag: 1\.0\.0 {2}foreign-bare has no \/bin\/sh/,
    );
  });

  it("is refused when there is no such tag, with what to type", async () => {
    await stack.set({ image: "foreign-guest", tag: "9.9.9" });
    const { said } = await stack.pulumi(["preview", "--stack", stack.name]);
    says(
      said,
      /tag: 9\.9\.9 {2}There is no foreign-guest:9\.9\.9 in 127\.0\.0\.1:5000\. Push it, or set a tag that is there\./,
    );
  });
});
