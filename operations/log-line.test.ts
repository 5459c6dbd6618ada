import assert from "node:assert/strict";
import { it } from "node:test";
import { inOrder, keptPiece, moment, Pieces, printed, serviceLine } from "./log-line";

const kept = (log: string, time: string, more: object = {}): string =>
  JSON.stringify({ task: "web.2.x8ka01bcdef", log, stream: "stdout", time, ...more });

it("reads what is kept, with a time that sorts as a text", () => {
  const { whole: _, stream: __, ...line } = keptPiece(kept("ready\r\n", "2026-11-21T12:51:18.12Z"));
  assert.deepEqual(line, { time: "2026-11-21T12:51:18.120000000Z", task: "web.2.x8ka01", text: "ready" });
});

it("calls a task that Swarm gave no number the first", () => {
  const { task } = keptPiece(kept("x\n", "2026-11-21T12:51:18Z", { task: "migrate-job.4llyl5kisv6zdtf.tbvzuwxyz" }));
  assert.equal(task, "migrate-job.1.tbvzuw");
});

it("puts together what Docker cut, apart for each stream", () => {
  const pieces = new Pieces();
  const add = (log: string, seconds: number, stream = "stdout") =>
    pieces.add(keptPiece(kept(log, `2026-11-21T12:51:0${seconds}Z`, { stream })));
  assert.equal(add("begin ", 1), undefined);
  assert.equal(add("other\n", 2, "stderr")?.text, "other");
  assert.equal(add("middle ", 3), undefined);
  assert.deepEqual(add("end\n", 4), {
    time: "2026-11-21T12:51:01.000000000Z",
    task: "web.2.x8ka01",
    text: "begin middle end",
  });
  assert.equal(add("next\n", 5)?.text, "next");
});

it("reads what Docker itself tells of a service, and nothing else", () => {
  const line = '2026-11-21T12:51:21.853930542Z shop-dev-web.1.zfmejzedlp0z@vm    | {"a": 1} | b';
  assert.deepEqual(serviceLine(line, "shop-dev"), {
    time: "2026-11-21T12:51:21.853930542Z",
    task: "web.1.zfmejz",
    text: '{"a": 1} | b',
    node: "vm",
  });
  assert.equal(serviceLine("error from daemon in stream: Error grabbing logs", "shop-dev"), undefined);
});

it("keeps the order of what was written at one moment", () => {
  const at = (time: string, text: string) => ({ time, task: "t", text });
  const all = [at("2", "c"), at("1", "b"), at("1", "a")];
  assert.deepEqual(
    inOrder(all)
      .map(({ text }) => text)
      .join(""),
    "bac",
  );
});

it("prints nothing that moves a terminal's cursor", () =>
  assert.equal(
    printed(
      {
        time: "2026-11-21T12:51:18.120000000Z",
        task: "web.1.a",
        text: "\u001b[31mred\u001b[0m\u001b]0;x\u0007\ttab\rover",
      },
      9,
    ),
    "2026-11-21T12:51:18.120Z  web.1.a    red\ttabover",
  ));

it("takes so long ago, and a time, in UTC unless it says its zone", () => {
  const now = Date.parse("2026-11-21T12:00:00Z");
  const all = ["90s", "2h", "7d", "2026-11-20", "2026-11-20T10:00", "2026-11-20T10:00+02:00", "2026-11-21T11:02:03.4Z"];
  assert.deepEqual(
    all.map((text) => moment(text, "--since", now)),
    [
      "2026-11-21T11:58:30.000000000Z",
      "2026-11-21T10:00:00.000000000Z",
      "2026-11-14T12:00:00.000000000Z",
      "2026-11-20T00:00:00.000000000Z",
      "2026-11-20T10:00:00.000000000Z",
      "2026-11-20T08:00:00.000000000Z",
      "2026-11-21T11:02:03.400000000Z",
    ],
  );
});

for (const text of ["yesterday", "2", "10:00", "2026", "5w"])
  it(`takes no ${text} for a time`, () =>
    assert.throws(() => moment(text, "--since"), new RegExp(`^OperationError: --since ${text}  It is no time\\.`)));
