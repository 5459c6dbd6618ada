import assert from "node:assert/strict";
import * as path from "node:path";
import { after, before, describe, it } from "node:test";
import { gitRepository } from "../../examples/demo/repository";
import { postman } from "../../examples/postman/source";
import { lines, remove } from "../../operations/docker";
import { rows } from "./database";
import { says } from "./says";
import { refusedUp } from "./specifications";
import { Stack } from "./stack";
import { Visitor } from "./visitor";

/** The stand-in's source, as somebody's repository with a tag for each release. */
const SOURCE = path.resolve(__dirname, "../../.tidemark/postman");

describe("migrations of alembic", { timeout: 1_200_000 }, () => {
  let stack: Stack;
  before(async () => {
    await gitRepository(SOURCE, postman);
    stack = await Stack.fresh("mails", {
      tag: "3.1.0",
      framework: "flask",
      celery: undefined,
      image: "mails-postman",
      "build.source": SOURCE,
      redis: {},
      media: undefined,
      static: undefined,
      processes: { backend: { kind: "web", port: 5000, replicas: 1, drain: "1s", health: { path: "/health" } } },
    });
    await stack.up();
  });
  after(() => stack.down());

  it("run once, and a preview shows nothing", async () => {
    await stack.set({ tag: "3.2.0" });
    await stack.up();
    assert.equal(await head(), "3a20");
    assert.deepEqual(await stack.preview(), []);
  });

  it("that fail are named with the database's error, rolled back, and move no service", async () => {
    await stack.set({ tag: "3.2.1-bad-migration" });
    const said = await refused();
    says(said, /migration 3a21 \(an account for each message\) of 3\.2\.1-bad-migration failed/);
    says(said, /psycopg2\.errors\.UndefinedTable\) relation "accounts" does not exist/);
    says(said, /PostgreSQL rolled all of it back/);
    assert.equal(await head(), "3a20");
    assert.deepEqual(await rows(stack, "SELECT FROM pg_attribute WHERE attname = 'priority'"), []);
  });

  it("that an older release does not know keep it from coming back, though no record says what they are", async () => {
    await stack.set({ tag: "4.0.0" });
    await stack.up();
    const filters = ["--filter", `label=tidemark.stack=${stack.prefix}`, "--filter", "label=tidemark.role=release"];
    await remove(stack.docker, "config", await lines(stack.docker, ["config", "ls", "--quiet", ...filters]));
    await stack.set({ tag: "3.1.0" });
    const said = await refused();
    says(said, /no record says which migrations .*mails-postman:4\.0\.0@sha256:\w+ knows, so it is asked itself/);
    says(
      said,
      /The database is ahead of 3\.1\.0: .*\n +3a20 \(a label on each message\)\n +4a00 \(senders become authors\)\n/,
    );
  });

  it("are left out where an older release may come back all the same", async () => {
    await stack.set({ "database.onAhead": "allow" });
    const { said } = await stack.up();
    says(said, /migrate: left out, for the database is ahead of 3\.1\.0 by 3a20, 4a00/);
    assert.equal(await head(), "4a00");
    const { version } = await new Visitor(stack.url).json<{ version: string }>("/api/version");
    assert.equal(version, "3.1.0");
  });

  it("do not keep a release that is back from being changed, whatever the settings say by then", async () => {
    await stack.set({ "database.onAhead": "refuse", "env.ANOTHER": "value" });
    const { said } = await stack.up();
    says(said, /migrate: left out, for the database is ahead of 3\.1\.0 by 4a00/);
    assert.equal(await head(), "4a00");
    assert.deepEqual(await stack.preview(), []);
  });

  const refused = (): Promise<string> => refusedUp(stack, ["backend", "edge"]);

  async function head(): Promise<string | undefined> {
    const [one] = await rows<{ version_num: string }>(stack, "SELECT version_num FROM alembic_version");
    return one?.version_num;
  }
});
