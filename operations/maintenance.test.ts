import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { closedFor, edgeJob, type EdgeService } from "./maintenance";

const edge = (mounts?: { Source: string; Target: string }[]): EdgeService => ({
  Spec: {
    TaskTemplate: {
      ContainerSpec: { Image: "nginx@sha256:1", ...(mounts && { Mounts: mounts }) },
      Placement: { Constraints: ["node.labels.public==yes"] },
    },
  },
});

it("runs where the edge runs, with the edge's own image and files", () => {
  const mounts = [
    { Source: "static", Target: "/srv/static" },
    { Source: "files", Target: "/etc/edge" },
  ];
  assert.deepEqual(edgeJob("shop-prod", edge(mounts), ["maintenance", "on", "--because", "a new disk"]), {
    name: "shop-prod-edge-maintenance",
    image: "nginx@sha256:1",
    user: "0",
    command: ["tidemark-edge", "maintenance", "on", "--because", "a new disk"],
    labels: { "tidemark.stack": "shop-prod", "tidemark.role": "job" },
    volumes: [{ source: "files", target: "/etc/edge" }],
    constraints: ["node.labels.public==yes"],
    limitSeconds: 60,
  });
});

it("refuses an edge whose files it cannot find", () =>
  assert.throws(
    () => edgeJob("shop-prod", edge(), ["over", "a migration"]),
    /shop-prod-edge has no volume at \/etc\/edge/,
  ));

describe("visitors", () => {
  /** What happened, in order, and what came of it. */
  async function seen(edge: Record<string, () => unknown>, work: () => unknown = () => "done"): Promise<unknown[]> {
    const all: unknown[] = [];
    const note = (what: unknown): void => void all.push(what);
    const world = {
      async edge<T>(...verb: string[]): Promise<T> {
        note(verb.join(" "));
        return edge[verb[0] ?? ""]?.() as T;
      },
      tell: async (on: boolean) => note(`told ${on ? "on" : "off"}`),
      say: () => undefined,
    };
    const why = { because: "a migration", seconds: 60 };
    const at = async (): Promise<unknown> => {
      note("work");
      return work();
    };
    note(await closedFor(world, why, at).catch((error: Error) => error.message));
    return all;
  }
  const open = { briefly: () => ({ were: false }), over: () => ({ over: true }) };
  const fails = (): never => {
    throw new Error("the work failed");
  };
  const around = ["briefly 60 a migration", "told on", "work", "over a migration"];

  it("are kept out for as long as it takes, and people are told", async () =>
    assert.deepEqual(await seen(open), [...around, "told off", "done"]));

  it("come in again when the work fails, whose error it is", async () => {
    assert.deepEqual(await seen(open, fails), [...around, "told off", "the work failed"]);
    assert.deepEqual(await seen({ ...open, over: () => Promise.reject(new Error("no edge")) }, fails), [
      ...around,
      "the work failed",
    ]);
  });

  it("are not said to come in where they do not", async () => {
    assert.deepEqual(await seen({ ...open, over: () => ({ over: false }) }), [...around, "done"]);
    assert.deepEqual(await seen({ ...open, over: () => Promise.reject(new Error("no edge")) }), [...around, "no edge"]);
  });

  it("stay out where somebody else keeps them out", async () =>
    assert.deepEqual(await seen({ ...open, briefly: () => ({ were: true }) }), [
      "briefly 60 a migration",
      "work",
      "done",
    ]));

  it("are not kept out when that fails, and nothing is done", async () =>
    assert.deepEqual(await seen({ ...open, briefly: () => Promise.reject(new Error("no edge")) }), [
      "briefly 60 a migration",
      "no edge",
    ]));
});
