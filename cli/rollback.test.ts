import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { ReleaseRecord, Result } from "../operations/ledger";
import { runs, table } from "./releases";
import { aheadOf, endOf, planRollback, tagLine, type Now } from "./rollback";

const images = (tag: string): Record<string, string> => ({
  web: `shop:${tag}@sha256:${tag}`,
  worker: `shop:${tag}@sha256:${tag}`,
});

function history(...all: [tag: string, result: Result][]): ReleaseRecord[] {
  return all
    .map(([tag, result], at) => ({
      number: at + 1,
      tag,
      images: images(tag),
      result,
      who: "ada@laptop",
      at: "2026-11-01T10:00:00.000Z",
    }))
    .reverse();
}

/** All of a release runs, and the file says so. */
const at = (tag: string): Now => ({ stack: "prod", running: images(tag), processes: ["web", "worker"], file: tag });

describe("a rollback", () => {
  it("goes to the last good release before the one that runs", () => {
    const all = history(["1.0", "good"], ["1.1", "good"], ["1.2", "fell back"], ["1.3", "good"]);
    assert.equal(planRollback(all, at("1.3")).number, 2);
  });

  it("goes on backwards when it is typed again", () => {
    const all = history(["1.0", "good"], ["1.1", "good"], ["1.2", "good"], ["1.1", "good"]);
    assert.equal(planRollback(all, at("1.1")).tag, "1.2");
  });

  it("goes to the one that was proven last when something else runs", () => {
    const all = history(["1.0", "good"], ["1.1", "good"]);
    assert.equal(
      planRollback(all, { ...at("1.1"), running: { ...images("1.1"), web: "shop:1.2@sha256:1.2" } }).tag,
      "1.1",
    );
  });

  it("goes to what runs while the file still names the one that fell back", () => {
    const all = history(["1.0", "good"], ["1.1", "good"], ["1.2", "fell back"]);
    const now = { ...at("1.1"), file: "1.2" };
    assert.equal(planRollback(all, now).tag, "1.1");
    assert.equal(planRollback(all, now, "1.1").tag, "1.1");
    assert.equal(planRollback(all, { ...now, file: "1.1@sha256:1.1" }).tag, "1.0");
  });

  it("is about the processes that the tag in the file decides", () => {
    const all = history(["1.0", "good"], ["1.1", "good"]).map((one) => ({
      ...one,
      images: { ...one.images, frontend: `front:${one.number}@sha256:f${one.number}`, gone: "old:1@sha256:0" },
    }));
    assert.equal(planRollback(all, at("1.1")).tag, "1.0");
  });

  it("writes the digest of the application's own image, or of whichever the tag decides", () => {
    const [record] = history(["1.0", "good"]);
    assert.ok(record);
    const processes = (web: object): never => ({ web, frontend: { image: "front", tag: "7" } }) as never;
    assert.equal(tagLine({ name: "shop", processes: processes({}) }, record), "1.0@sha256:1.0");
    assert.equal(tagLine({ name: "shop", processes: processes({ image: "backend" }) }, record), "1.0@sha256:1.0");
    assert.throws(() => tagLine({ name: "shop", processes: processes({ tag: "7" }) }, record), /No digest is written/);
  });

  it("goes to the newest good release of a tag, with the digest that it had then", () => {
    const all = history(["1.0", "good"], ["1.1", "good"], ["1.2", "good"]);
    assert.deepEqual(planRollback(all, at("1.2"), "1.0").images, images("1.0"));
  });

  it("refuses a tag that was never good, one that runs, and to go back from the first", () => {
    const all = history(["1.0", "good"], ["1.1", "failed"]);
    assert.throws(
      () => planRollback(all, at("1.0"), "1.1"),
      /1\.1 was never a good release of this stack\. There is none/,
    );
    assert.throws(() => planRollback(all, at("1.0"), "1.0"), /1\.0 runs already/);
    assert.throws(() => planRollback(all, at("1.0")), /There is no earlier release to go back to/);
  });
});

describe("the list of releases", () => {
  it("marks what runs, asked of Docker, and once where a digest was released twice", () => {
    const all = history(["1.0", "good"], ["1.1", "good"], ["1.0", "good"]);
    assert.deepEqual(
      all.map((record) => runs(record, all, images("1.0"))),
      [["web", "worker"], [], []],
    );
  });

  it("tells which processes run which release, where that differs", () => {
    const all = history(["1.0", "good"], ["1.1", "failed"]);
    const running = { web: images("1.0").web ?? "", worker: images("1.1").worker ?? "" };
    assert.deepEqual(
      all.map((record) => runs(record, all, running)),
      [["worker"], ["web"]],
    );
  });

  it("is a table for people", () => {
    const [record] = history(["1.0", "good"]);
    assert.ok(record);
    assert.deepEqual(table([{ ...record, seconds: 12, migrations: ["shop.0001"], runs: ["web"] }]), [
      "   number  tag  digest  commit  by          began                 took  migrations  result",
      "*  1       1.0  1.0             ada@laptop  2026-11-01T10:00:00Z  12 s  1           good",
    ]);
  });
});

it("tells which migrations the database keeps that an earlier release does not know", () => {
  const [now, former] = history(["1.0", "good"], ["1.1", "good"]);
  const knows = (
    record: ReleaseRecord | undefined,
    ...known: [name: string, replaces?: string[]][]
  ): ReleaseRecord => ({
    ...record!,
    migrations: { known: known.map(([name, replaces = []]) => ({ name, replaces, maintenance: false })), ran: [] },
  });
  const target = knows(former, ["a.1"], ["a.2"]);
  assert.deepEqual(aheadOf([knows(now, ["a.1"], ["a.2"], ["a.3"]), target], target), ["a.3"]);
  assert.deepEqual(aheadOf([knows(now, ["a.squashed", ["a.1", "a.2"]]), target], target), []);
  assert.deepEqual(aheadOf([knows(now, ["a.3"])], former!), []);
});

it("takes the data from the newest end of that very release, which must be in the archive", () => {
  const all = history(["1.0", "good"], ["1.1", "failed"], ["1.1", "good"], ["1.0", "good"]);
  const end = (number: number, closes: number, generation?: number) => {
    const mark = { name: `end-${number}`, closes, lsn: "0/1", ...(generation !== undefined && { generation }) };
    Object.assign(all.find((one) => one.number === number) ?? {}, { mark });
  };
  end(2, 1, 1);
  end(3, 1, 1);
  end(4, 3);
  assert.equal(endOf(all, { number: 1 })?.name, "end-3");
  assert.equal(endOf(all, { number: 3 }), undefined);
  assert.equal(endOf(all, { number: 4 }), undefined);
});
