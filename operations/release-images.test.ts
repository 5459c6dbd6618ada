import assert from "node:assert/strict";
import { it } from "node:test";
import type { ReleaseRecord } from "./ledger";
import { releaseImages } from "./release-images";

const processes = { web: {}, front: { image: "shop-front" }, importer: { image: "importer", tag: "7" } } as never;
const record: ReleaseRecord = {
  number: 3,
  tag: "1.0.0",
  images: { web: "shop:1.0.0@sha256:aa", front: "shop-front:1.0.0@sha256:bb" },
  result: "good",
  who: "ada@laptop",
  at: "2026-11-01T00:00:00Z",
};
const tags = (tag: string, history: ReleaseRecord[]): string[] =>
  Object.values(releaseImages({ name: "shop", image: undefined, tag, processes }, history)).map(
    (one) => `${one.image}:${one.tag} by ${one.at}`,
  );

it("gives each process the tag of the application, but one that has its own", () =>
  assert.deepEqual(tags("1.0.0", []), [
    "shop:1.0.0 by tag",
    "shop-front:1.0.0 by tag",
    "importer:7 by processes.importer.tag",
  ]));

it("takes the other images of a digest from the history, and by tag where that knows none", () => {
  assert.deepEqual(tags("1.0.0@sha256:aa", [record]).slice(0, 2), [
    "shop:1.0.0@sha256:aa by tag",
    "shop-front:1.0.0@sha256:bb by tag",
  ]);
  assert.deepEqual(tags("1.0.0@sha256:cc", [record]).slice(0, 2), [
    "shop:1.0.0@sha256:cc by tag",
    "shop-front:1.0.0 by tag",
  ]);
});
