import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { notThereOnce } from "./database";
import { killedAt } from "./killing";
import { Load, told } from "./load";
import { end } from "./says";
import { Stack } from "./stack";
import { Visitor } from "./visitor";

/** The line after which it is killed, and how long after. */
const KILLS: [step: string, line: RegExp, thenMs: number][] = [
  ["preflight", /-preflight-run (creating|updating|replac)/, 500],
  ["the mark", /-mark-run (creating|updating|replac)/, 500],
  ["migrations", /-migrate-run (creating|updating|replac)/, 800],
  ["static files", /-collected-run (creating|updating|replac)/, 800],
  ["the roll, as it begins", /-web-task updating/, 100],
  ["the roll, in its middle", /-roll-run creating/, 1500],
  ["the roll, near its end", /-web: running after/, 0],
  ["smoke", /-(edge|beat|worker): running after/, 1200],
  ["the record", /smoke: GET/, 150],
  ["the clean-up", /written down as release/, 50],
];

describe("a release whose up is killed", { timeout: 1_500_000 }, () => {
  let stack: Stack;
  let load: Load;
  before(async () => {
    stack = await Stack.fresh("killed-release", {
      tag: "1.0.0",
      // The older release can live with the database of the newer one.
      "database.onAhead": "allow",
    });
    await stack.up();
    for (const tag of ["1.0.0", "1.1.0"]) assert.equal((await stack.tidemark(["build", tag])).exitCode, 0);
    load = await Load.start(stack.url, { rate: 60 });
  });
  after(async () => {
    await load.stop();
    await stack.down();
  });

  for (const [nth, [step, line, thenMs]] of KILLS.entries())
    it(`in ${step} is brought to its end by the next up, and nobody notices`, async (context) => {
      const tag = nth % 2 === 0 ? "1.1.0" : "1.0.0";
      await stack.set({ tag });
      const killed = await killedAt(stack, line, thenMs);
      context.diagnostic(`killed after ${killed.step}`);
      assert.equal(killed.exitCode, undefined, `it ended before it was killed:\n${end(killed.said)}`);
      const { version } = await new Visitor(stack.url).json<{ version: string }>("/api/version/");
      assert.ok(["1.0.0", "1.1.0"].includes(version), version);

      await stack.up();
      assert.equal((await new Visitor(stack.url).json<{ version: string }>("/api/version/")).version, tag);
      assert.deepEqual(await stack.preview(), []);
    });

  it("costs no request and no row", async () => {
    const { failures, keys, requests } = await load.stop();
    assert.deepEqual(told(failures), []);
    assert.ok(requests > 5000, `only ${requests}`);
    assert.deepEqual(await notThereOnce(stack, keys), []);
  });

  it("leaves each release in the history once, with its end", async () => {
    const { answer } = await stack.tidemark(["releases", "--json"]);
    const releases = JSON.parse(answer) as { tag: string; result: string; number: number }[];
    assert.equal(releases[0]?.result, "good");
    assert.deepEqual(
      releases.map(({ number }) => number),
      releases.map((_, at) => releases.length - at),
    );
    assert.ok(!releases.some(({ result }, at) => result === "begun" && at === 0));
  });
});
