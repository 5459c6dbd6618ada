import assert from "node:assert/strict";
import { it } from "node:test";
import { inWords } from "./running";

const image = (tag: string, digest: string): string => `registry.example/shop:${tag}@sha256:${digest.repeat(12)}`;

it("says once what changes for several processes, and nothing of those that stay", () =>
  assert.deepEqual(
    inWords(
      { web: image("1.0.0", "a"), worker: image("1.0.0", "a"), front: image("7", "f") },
      { worker: image("1.1.0", "b"), web: image("1.1.0", "b"), beat: image("1.1.0", "b"), front: image("7", "f") },
    ),
    [
      "web, worker: 1.0.0 (sha256:aaaaaaaaaaaa) -> 1.1.0 (sha256:bbbbbbbbbbbb)",
      "beat: nothing -> 1.1.0 (sha256:bbbbbbbbbbbb)",
    ],
  ));

it("tells a tag that means another image now", () =>
  assert.deepEqual(inWords({ web: image("1.0.0", "a") }, { web: image("1.0.0", "b") }), [
    "web: 1.0.0 (sha256:aaaaaaaaaaaa) -> 1.0.0 (sha256:bbbbbbbbbbbb), for this tag was pushed again",
  ]));
