import { mkdir, writeFile } from "node:fs/promises";
import * as path from "node:path";
import type { Machine } from "./machine";

/** One row of a result. */
export interface Figure {
  subject: string;
  figure: string;
  unit: string;
  median: number;
  min: number;
  max: number;
  runs: number;
}

/** Something that is timed. */
export interface Subject {
  subject: string;
  figure: string;
  run(): Promise<void>;
}

/** Times all subjects by turns, so that what else the machine does falls on all of them; the first round warms and is not counted. */
export async function byTurns(
  subjects: readonly Subject[],
  runs: number,
  say: (line: string) => void,
): Promise<Figure[]> {
  const times = subjects.map((): number[] => []);
  for (let round = 0; round <= runs; round += 1) {
    for (const [index, { subject, figure, run }] of subjects.entries()) {
      const started = performance.now();
      await run();
      const seconds = (performance.now() - started) / 1000;
      if (round > 0) times[index]?.push(seconds);
      say(`${round === 0 ? "warming" : `round ${round} of ${runs}`}: ${subject}, ${figure}: ${seconds.toFixed(2)} s`);
    }
  }
  return subjects.map(({ subject, figure }, index) => summary(subject, figure, times[index] ?? []));
}

export function summary(subject: string, figure: string, values: readonly number[], unit = "s"): Figure {
  const sorted = [...values].sort((a, b) => a - b);
  return {
    subject,
    figure,
    unit,
    median: round(median(sorted)),
    min: round(sorted[0] ?? NaN),
    max: round(sorted.at(-1) ?? NaN),
    runs: sorted.length,
  };
}

function median(sorted: readonly number[]): number {
  const half = sorted.length / 2;
  return sorted.length % 2
    ? (sorted[Math.floor(half)] ?? NaN)
    : ((sorted[half - 1] ?? NaN) + (sorted[half] ?? NaN)) / 2;
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}

/** Each figure beside the same figure of the yardstick, as a ratio of medians. */
export function table(figures: readonly Figure[], yardstick: string): string {
  const rows = figures.map((one) => {
    const base = figures.find(({ subject, figure }) => subject === yardstick && figure === one.figure);
    const ratio = base && base !== one && base.median > 0 ? `${(one.median / base.median).toFixed(2)} x` : "";
    return [
      one.subject,
      one.figure,
      `${one.median} ${one.unit}`,
      `${one.min} to ${one.max}`,
      `${one.runs} runs`,
      ratio,
    ];
  });
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

/** As it is kept. */
export interface Result {
  machine: Machine;
  figures: Figure[];
}

export async function store(name: string, result: Result): Promise<string> {
  const file = path.join(__dirname, "results", `${name}.json`);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, `${JSON.stringify(result, null, 2)}\n`);
  return file;
}
