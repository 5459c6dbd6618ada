import assert from "node:assert/strict";
import { it } from "node:test";
import { summary } from "./measure";
import { picture } from "./picture";

const machine = {
  cpus: 2,
  model: "A <fast> one",
  memory: "24 GiB",
  kernel: "6.1",
  docker: "20.10",
  node: "v22",
  on: "2026-11-21",
};

const drawn = picture({
  machine,
  figures: [
    summary("docker-compose", "deploy", [4, 5, 6]),
    summary("tidemark", "deploy", [10, 9, 11]),
    summary("tidemark", "failures of a deploy", [0], "requests"),
    summary("docker-compose", "failures of a deploy", [526], "requests"),
    summary("empty program", "no-op", [2]),
    summary("tidemark", "deploy of 20 services", [15]),
  ],
});

it("draws a bar as long as its median, Tidemark's first, and nothing of what was not measured", () => {
  const bars = [...drawn.matchAll(/<rect class="(own|other)" .* width="([\d.]+)"/g)].map(([, kind, width]) => [
    kind,
    Number(width),
  ]);
  assert.deepEqual(bars, [
    ["own", 1.5],
    ["other", 190],
    ["own", 190],
    ["other", 95],
    ["own", 190],
  ]);
  assert.doesNotMatch(drawn, /nothing has changed|NaN|undefined/);
});

it("says in words what it draws, on what, and how often it was measured", () => {
  assert.match(drawn, /failed requests in a deploy: tidemark 0, docker-compose 526\./);
  assert.match(drawn, /seconds of a deploy: tidemark 10 s, docker-compose 5 s\./);
  assert.match(drawn, /medians of 3 runs on 2 CPUs \(A &lt;fast> one\), 24 GiB, Docker 20\.10, 2026-11-21/);
});
