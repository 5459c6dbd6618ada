import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { backAndForth, deployUnderLoad } from "./deploys";
import { Stack } from "./stack";

/** The last one's web answers after ten seconds. */
const TAGS = backAndForth("1.1.0", "1.0.0", "1.1.4-slow-start");

describe("deploys in a row under load", { timeout: 1_800_000 }, () => {
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

  it("lose no request and no row", (context) => deployUnderLoad(context, stack, TAGS));
});
