import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Docker } from "./docker";
import type { ReleaseFacts, ReleaseRecord } from "./ledger";
import { remembered } from "./remembered";

const DATABASE = "shop-prod-postgres";
const release = (tag: string): ReleaseFacts => ({
  prefix: "shop-prod",
  tag,
  images: { web: `shop:${tag}@sha256:${tag}` },
});
const past = (["1.0.0 good", "1.1.0 good", "1.2.0 fell back"] as const).map((line, at): ReleaseRecord => {
  const [tag = "", ...result] = line.split(" ");
  const { images } = release(tag);
  return { number: at + 1, tag, images, who: "", at: "", result: result.join(" ") as ReleaseRecord["result"] };
});

/** A Docker with these releases, whose database's newest task is in that state. */
function dockerWith(state: string): Docker {
  return async ([kind, verb]) => {
    if (kind === "service") return "task";
    if (kind === "inspect") return JSON.stringify([{ ID: "task", CreatedAt: "", Status: { State: state } }]);
    if (verb === "ls") return "one";
    return JSON.stringify(past.map((one) => ({ Spec: { Data: Buffer.from(JSON.stringify(one)).toString("base64") } })));
  };
}

describe("a release whose database does not run", () => {
  it("is as it was when it was good", async () =>
    assert.equal((await remembered(dockerWith("shutdown"), release("1.0.0"), DATABASE))?.number, 1));

  it("is refused where it never was, with what can be put in and where to look", async () =>
    assert.rejects(remembered(dockerWith("shutdown"), release("1.2.0"), DATABASE), {
      message: [
        "shop-prod-postgres does not run, so 1.2.0 can be neither asked nor migrated, and nothing has moved",
        "  Why it does not run, and what to type, says tidemark status of this stack.",
        "  Without it only a release goes that was good here before: 1.1.0, 1.0.0",
      ].join("\n"),
    }));
});

it("asks the image itself where the database runs, or is somebody else's", async () => {
  assert.equal(await remembered(dockerWith("running"), release("1.0.0"), DATABASE), undefined);
  assert.equal(await remembered(dockerWith("shutdown"), release("1.0.0"), undefined), undefined);
});
