import assert from "node:assert/strict";
import { it } from "node:test";
import { ofUploads, size, table } from "./backups";

it("shows every backup with its age", () => {
  const one = { generation: 1, label: "20261127-020000F", kind: "full" as const, stopped: "2026-11-27T02:00:05Z" };
  const where = { repository: "volume" as const };
  assert.deepEqual(
    table([{ ...one, ...where, bytes: 31_400_000, stored: 4_100 }], Date.parse("2026-11-27T04:00:05Z")),
    [
      "generation  backup            in      kind  ended                 age  database  new there",
      "1           20261127-020000F  volume  full  2026-11-27T02:00:05Z  2 h  31.4 MB   4.1 kB",
    ],
  );
  assert.deepEqual(table([], 0), ["No backup yet."]);
});

it("says a size as people do", () =>
  assert.deepEqual([0, 999, 1000, 2_345_678, 5e9].map(size), ["0 B", "999 B", "1 kB", "2.3 MB", "5 GB"]));

it("shows the uploads below, where there are any", () => {
  const at = "2026-11-27T02:00:00Z";
  const one = {
    snapshot: "4f2a91c0",
    repository: "s3" as const,
    generation: 1,
    at,
    files: 12,
    bytes: 2_000,
    stored: 0,
  };
  assert.deepEqual(ofUploads([], 0), []);
  assert.deepEqual(ofUploads([{ ...one, mark: "end-of-1.0.0-2" }], Date.parse(at) + 60_000), [
    "",
    "generation  uploads   in  taken                 age    files  size  new there  mark",
    "1           4f2a91c0  s3  2026-11-27T02:00:00Z  1 min  12     2 kB  0 B        end-of-1.0.0-2",
  ]);
});
