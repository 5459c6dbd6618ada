import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { notThereOnce } from "./database";
import { Load, told } from "./load";
import { Stack } from "./stack";
import { Visitor } from "./visitor";

const DEPLOYS = 20;
const REQUESTS = 5000;
/** Back and forth, and once to a release whose web answers after ten seconds. */
const TAGS = [...Array.from({ length: DEPLOYS }, (_, nth) => (nth % 2 === 0 ? "1.1.0" : "1.0.0")), "1.1.4-slow-start"];

describe("deploys in a row under load", { timeout: 1_200_000 }, () => {
  let stack: Stack;
  before(async () => {
    stack = await Stack.fresh("deploys", {
      tag: "1.0.0",
      // The older release can live with the database of the newer one.
      "database.onAhead": "allow",
    });
    await stack.up();
    for (const tag of new Set(TAGS)) assert.equal((await stack.tidemark(["build", tag])).exitCode, 0, tag);
  });
  after(() => stack.down());

  it("lose no request and no row", async (context) => {
    const visitor = new Visitor(stack.url);
    const load = await Load.start(stack.url);
    try {
      for (const tag of TAGS) {
        const [began, requests] = [Date.now(), load.requests];
        await stack.set({ tag });
        await stack.pulumiUp();
        const seconds = ((Date.now() - began) / 1000).toFixed(1);
        assert.equal((await visitor.json<{ version: string }>("/api/version/")).version, tag);
        await load.atLeast(REQUESTS, requests);
        context.diagnostic(`${tag}: ${seconds} s, ${load.requests - requests} requests`);
      }
    } finally {
      await load.stop();
    }
    const { requests, failures, keys, percentile } = await load.stop();
    context.diagnostic(
      `${requests} requests, ${keys.length} rows; half in ${percentile(50)} ms, 99 % in ${percentile(99)} ms`,
    );
    assert.deepEqual(told(failures), []);
    assert.ok(requests >= REQUESTS * TAGS.length);
    assert.deepEqual((await notThereOnce(stack, keys)).slice(0, 20), []);
  });
});
