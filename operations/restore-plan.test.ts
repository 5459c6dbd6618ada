import assert from "node:assert/strict";
import { it } from "node:test";
import { DockerError, type Docker } from "./docker";
import { asked, databaseQuestion, planInWords, uploadsInWords, type RestorePlan } from "./restore-plan";

const its: RestorePlan = {
  from: 1,
  repository: "volume",
  backup: "20261127-020000F",
  kind: "full",
  stopped: "2026-11-27T02:00:04Z",
  bytes: 1,
  until: "2026-11-27T04:00:00Z",
};
const now = Date.parse("2026-11-27T05:30:00Z");
const words = (from: Parameters<typeof planInWords>[1]["from"], plan: Partial<RestorePlan> = {}): string[] =>
  planInWords(
    { ...its, ...plan },
    {
      generation: 2,
      from,
      now,
      marks: { "end-of-1.0.0-2": { lsn: "0/1", generation: 1, at: "2026-11-27T05:00:00Z" } },
    },
  );

it("says with what it begins, where it ends, and what is not in it", () => {
  assert.deepEqual(words({ time: "2026-11-27T04:00:00Z" }), [
    "database: generation 2 comes from generation 1, full backup 20261127-020000F of 2026-11-27T02:00:04Z in the volume, up to 2026-11-27T04:00:00Z",
    "database: what was written in the 1 h 30 min since then is not in it; the generation that is live now keeps it",
  ]);
  assert.match(words({ mark: "end-of-1.0.0-2" }, { until: null })[0] ?? "", /up to 2026-11-27T05:00:00Z$/);
  assert.equal(words({ mark: "of-another-host" }, { until: null }).length, 1);
  assert.match(words("latest").join(), /up to the last row where that is live, else up to 2026-11-27T04:00:00Z/);
});

function host(answer: () => string): Docker {
  return (args) => Promise.resolve(args[0] === "exec" ? answer() : args[0] === "ps" ? "4f2a\n" : "[]");
}

it("asks the keeper, and hears why it would be refused", async () => {
  const question = databaseQuestion("shop-prod", 2, ["latest"], "s3");
  assert.equal(question.join(" "), "tidemark-archive --repository s3 plan shop-prod 2 latest");
  const plan = await asked<RestorePlan>(
    host(() => `tidemark-evidence ${JSON.stringify(its)}\n`),
    "shop-prod",
    question,
  );
  assert.deepEqual(plan, its);
  const refusal = host(() => {
    throw new DockerError(["exec"], "tidemark: No backup is older than that\n  generation 1: from now on\n", 78);
  });
  assert.deepEqual(await asked(refusal, "shop-prod", ["tidemark-archive"]), {
    refused: ["tidemark: No backup is older than that", "  generation 1: from now on"],
  });
});

it("names the snapshot of the uploads", () =>
  assert.equal(
    uploadsInWords({ snapshot: "4f2a91c0", at: "2026-11-27T02:00:00Z", repository: "s3" }, 2),
    "media: generation 2 comes from snapshot 4f2a91c0 of 2026-11-27T02:00:00Z in the bucket",
  ));

it("knows nothing where no keeper runs", async () =>
  assert.equal(await asked(() => Promise.resolve(""), "shop-prod", ["tidemark-archive"]), undefined));
