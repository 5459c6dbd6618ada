import assert from "node:assert/strict";
import * as path from "node:path";
import { after, before, describe, it } from "node:test";
import { taggedCatalogue } from "../../images/context";
import { dockerAt, remove } from "../../operations/docker";
import { notThereOnce } from "./database";
import { backAndForth, deployUnderLoad } from "./deploys";
import { Load, told } from "./load";
import { end, says } from "./says";
import { specifications } from "./specifications";
import { Stack } from "./stack";
import { Visitor } from "./visitor";

const IMAGE = "127.0.0.1:5000/foreign-releases";
const TAGS = ["1.0.0", "1.1.0", "1.1.1-unhealthy"];
const docker = dockerAt();

/** An application that was made without Tidemark in mind, and pushed by somebody else. */
describe("releases of an image that knows nothing of Tidemark", { timeout: 1_800_000 }, () => {
  let stack: Stack;

  before(async () => {
    stack = await Stack.fresh(
      "guests",
      {
        image: "foreign-releases",
        tag: "1.0.0",
        build: undefined,
        celery: undefined,
        redis: {},
        media: undefined,
        static: undefined,
        env: {},
        processes: {
          guest: {
            kind: "web",
            port: 9000,
            replicas: 2,
            drain: "10s",
            health: { path: "/api/version/", start: "20s" },
          },
        },
        // It has neither forms nor a cookie.
        release: { accept: ["security.W003"] },
      },
      { SIGNING_KEY: "of the guest 0123456789abcdef0123456789abcdef0123456789abcdef" },
    );
    await stack.tidemark(["images"]);
    const { base } = await taggedCatalogue();
    for (const tag of TAGS) {
      const args = ["--build-arg", `BASE=${base.tag}`, "--build-arg", `VERSION=${tag}`];
      await docker(["build", "--quiet", "--tag", `${IMAGE}:${tag}`, ...args, path.join(__dirname, "foreign")], {
        timeoutMs: 300_000,
      });
      await docker(["push", "--quiet", `${IMAGE}:${tag}`], { timeoutMs: 120_000 });
    }
    await stack.up();
  });
  after(async () => {
    await stack.down();
    await remove(
      docker,
      "image",
      TAGS.map((tag) => `${IMAGE}:${tag}`),
    );
  });

  it("that do not run are taken back under load, and the cause is named", async () => {
    const former = await specifications(stack, ["guest", "edge"]);
    await stack.set({ tag: "1.1.1-unhealthy" });
    const load = await Load.start(stack.url, { rate: 120 });
    const { exitCode, said } = await stack.tidemark(["up", "--yes"]).finally(() => load.stop());
    assert.equal(exitCode, 1, end(said));
    says(said, /shop-guests-guest fell back to 1\.0\.0 \(sha256:\w+\): not healthy: .*503/);
    const { failures, keys } = await load.stop();
    assert.deepEqual(told(failures), []);
    assert.deepEqual(await notThereOnce(stack, keys, "guest_sale"), []);
    assert.deepEqual(await specifications(stack, ["guest", "edge"]), former);
  });

  it("that are older are refused where the database is ahead, with the list", async () => {
    await stack.set({ tag: "1.1.0" });
    await stack.up();
    const { exitCode, said } = await stack.tidemark(["rollback", "1.0.0", "--yes"]);
    assert.equal(exitCode, 1, end(said));
    says(said, /The database is ahead of 1\.0\.0: .*\n +guest\.0002_sale_note\n/);
    assert.equal(await version(), "1.1.0");
  });

  it("are put back where the settings allow it", async () => {
    await stack.set({ "database.onAhead": "allow" });
    const { exitCode, said } = await stack.tidemark(["rollback", "1.0.0", "--yes"]);
    assert.equal(exitCode, 0, end(said));
    says(said, /migrate: left out, for the database is ahead of 1\.0\.0 by guest\.0002_sale_note/);
    assert.equal(await version(), "1.0.0");
  });

  it("lose no request and no row", (context) =>
    deployUnderLoad(context, stack, backAndForth("1.1.0", "1.0.0"), "guest_sale"));

  async function version(): Promise<string> {
    return (await new Visitor(stack.url).json<{ version: string }>("/api/version/")).version;
  }
});
