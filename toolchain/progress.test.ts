import assert from "node:assert/strict";
import { describe, it, mock } from "node:test";
import { duration } from "./duration";
import { Progress } from "./progress";

function screen(isTTY: boolean): { isTTY: boolean; columns: number; text: string; write(text: string): void } {
  return {
    isTTY,
    columns: 60,
    text: "",
    write(text: string) {
      this.text += text;
    },
  };
}

describe("duration", () => {
  const cases: [number, string][] = [
    [0.42, "0.4 s"],
    [9.97, "10 s"],
    [12.3, "12 s"],
    [59.7, "1 min"],
    [270, "4 min 30 s"],
    [3599.9, "1 h"],
    [7500, "2 h 5 min"],
  ];
  for (const [seconds, said] of cases)
    it(`says ${seconds} seconds as ${said}`, () => assert.equal(duration(seconds), said));
});

describe("progress", () => {
  it("writes plain lines at the start, every 15 seconds and at the end when there is no terminal", async () => {
    mock.timers.enable({ apis: ["setInterval", "Date"] });
    try {
      const out = screen(false);
      const progress = new Progress(out);
      await progress.step("Building the CLI", 120, async (say) => {
        mock.timers.tick(14_000);
        say("12 packages compiled");
        mock.timers.tick(1_000);
        mock.timers.tick(15_000);
        mock.timers.tick(1_000);
      });
      assert.deepEqual(out.text.split("\n"), [
        "Building the CLI, usually 2 min",
        "Building the CLI: 12 %, 15 s of usually 2 min, 12 packages compiled",
        "Building the CLI: 25 %, 30 s of usually 2 min, 12 packages compiled",
        "Building the CLI: done in 31 s",
        "",
      ]);
    } finally {
      mock.timers.reset();
    }
  });

  it("keeps one line up to date on a terminal, never wider than it", async () => {
    mock.timers.enable({ apis: ["setInterval", "Date"] });
    try {
      const out = screen(true);
      await new Progress(out).step("Building the CLI", 10, async (say) => {
        say("a detail that is much too long for a terminal of sixty columns");
        mock.timers.tick(5_000);
      });
      const drawn = out.text.split("\r\x1b[2K");
      assert.ok(drawn.every((line) => line.length < 60));
      assert.match(drawn.at(-2)!, /^Building the CLI: 50 %, 5 s of usually 10 s, a detail/);
      assert.equal(drawn.at(-1), "Building the CLI: done in 5 s\n");
    } finally {
      mock.timers.reset();
    }
  });

  it("never claims to be at 100 % before the end", async () => {
    mock.timers.enable({ apis: ["setInterval", "Date"] });
    try {
      const out = screen(false);
      await new Progress(out).step("Waiting", 1, async () => mock.timers.tick(15_000));
      assert.match(out.text, /Waiting: 99 %, 15 s of usually 1 s/);
    } finally {
      mock.timers.reset();
    }
  });

  it("sums up what each step took, a failed one too, and passes its error on", async () => {
    let now = 0;
    const progress = new Progress(screen(false), () => now);
    await progress.step("Images", 60, async () => void (now += 65_000));
    await assert.rejects(
      progress.step("Stack dev", 30, async () => {
        now += 2_000;
        throw new Error("no");
      }),
      /no/,
    );
    assert.equal(progress.summary(), "  Images     1 min 5 s\n  Stack dev  2 s  failed\n  Together   1 min 7 s");
  });

  it("draws nothing beside work that has the screen for itself, and keeps its time", async () => {
    let written = "";
    let now = 0;
    const progress = new Progress({ isTTY: true, write: (text: string) => (written += text) }, () => now);
    await progress.aside("up", async () => void (now = 3000));
    await assert.rejects(
      progress.aside("down", () => Promise.reject(new Error("no"))),
      /no/,
    );
    assert.equal(written, "");
    assert.deepEqual(progress.ended, [
      { name: "up", seconds: 3, failed: false },
      { name: "down", seconds: 0, failed: true },
    ]);
  });
});
