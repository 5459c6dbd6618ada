import assert from "node:assert/strict";
import { it } from "node:test";
import type { LogLine } from "./log-line";
import { Gathered, readerArguments, type Asked } from "./logs";

const lines = (...times: string[]): LogLine[] => times.map((time) => ({ time, task: "t", text: time }));
const gathered = (sources: number, count?: number) => {
  const said: string[] = [];
  return { said, all: new Gathered(sources, count, ({ text }) => said.push(text)) };
};

it("hands a batch of one source on at once, in its order", () => {
  const { said, all } = gathered(1);
  all.take(lines("2", "1"));
  assert.deepEqual(said, ["1", "2"]);
});

it("holds the newest alone where so many are asked for, then hands on what comes", () => {
  const { said, all } = gathered(1, 2);
  all.take(lines("1", "2", "3"));
  all.take(lines("4"));
  assert.deepEqual(said, []);
  all.ended();
  all.take(lines("5"));
  assert.deepEqual(said, ["3", "4", "5"]);
});

it("puts the lines of two sources together before the first is told", () => {
  const { said, all } = gathered(2, 3);
  all.take(lines("2", "4"));
  all.ended();
  all.take(lines("1", "3"));
  assert.deepEqual(said, []);
  all.ended();
  assert.deepEqual(said, ["2", "3", "4"]);
});

it("asks the keeper for days, and for the newest alone only where nothing is sorted out afterwards", () => {
  const asked: Asked = { prefix: "p", processes: ["web"], follow: false };
  const since = "2026-11-20T23:00:00.000000000Z";
  assert.deepEqual(readerArguments({ ...asked, count: 100 }), ["--last", "100", "web"]);
  assert.deepEqual(readerArguments({ ...asked, count: 100, grep: /x/ }), ["web"]);
  assert.deepEqual(readerArguments({ ...asked, count: 100, since }), ["--since", "2026-11-20", "web"]);
  assert.deepEqual(readerArguments({ ...asked, until: since, follow: true }), [
    "--until",
    "2026-11-20",
    "--follow",
    "web",
  ]);
});
