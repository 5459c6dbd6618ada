import { setTimeout as pause } from "node:timers/promises";
import { eventually } from "../test/engine/eventually";
import { Load, type Report } from "../test/engine/load";
import { Visitor } from "../test/engine/visitor";

/** Requests a second: with more, two CPUs have nothing left for the change itself. */
const RATE = 80;
const REST_MS = 6000;
const SETTLE_MS = 3000;
const SLICE_MS = 100;

/** What visitors saw of a change. */
export interface Seen {
  seconds: number;
  failures: number;
  /** Seconds in which nobody was answered. */
  outage: number;
  /** How many times as long as at rest the slowest one of a hundred waited. */
  slowdown: number;
}

/** Makes changes, one after the other, while visitors come. */
export async function underLoad(origin: string, changes: readonly (() => Promise<void>)[]): Promise<Seen[]> {
  const load = await Load.start(origin, { rate: RATE });
  const spans: Span[] = [];
  try {
    for (const change of changes) {
      await pause(REST_MS);
      const began = Date.now();
      await change();
      const ended = Date.now();
      await settled(origin);
      spans.push({ rest: began - REST_MS, began, ended, settled: Date.now() });
    }
  } finally {
    await load.stop();
  }
  const report = await load.stop();
  return spans.map((span) => seen(report, span));
}

/** Moments of one change: milliseconds since the epoch. */
export interface Span {
  rest: number;
  began: number;
  ended: number;
  /** What fails until then is of the change too. */
  settled: number;
}

export function seen(report: Report, { rest, began, ended, settled }: Span): Seen {
  const failed = report.failures.map(({ at }) => Date.parse(at)).filter((at) => at >= began && at <= settled);
  const answered = new Set(report.due.map((at) => Math.floor(at / SLICE_MS)));
  const lost = new Set(failed.map((at) => Math.floor(at / SLICE_MS)).filter((slice) => !answered.has(slice)));
  return {
    seconds: (ended - began) / 1000,
    failures: failed.length,
    outage: (lost.size * SLICE_MS) / 1000,
    slowdown: report.percentile(99, began, ended) / report.percentile(99, rest, began),
  };
}

async function settled(origin: string): Promise<void> {
  const visitor = new Visitor(origin);
  await eventually(
    "the shop answers again",
    async () => (await visitor.ask("/api/version/").catch(() => undefined))?.status === 200 || undefined,
    60_000,
  );
  await pause(SETTLE_MS);
}
