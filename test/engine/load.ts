import { fork, type ChildProcess } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import * as path from "node:path";
import { eventually } from "./eventually";
import type { Failure, Order, Told } from "./load-process";

const LOADER = path.resolve(__dirname, "../../toolchain/loader/register.js");
const PROCESS = path.join(__dirname, "load-process.ts");

export interface LoadOptions {
  /** Requests a second. @default 250 */
  rate?: number;
  /** Until then a request must be answered. @default 30_000 */
  limitMs?: number;
}

/** What a load saw. Resets, time-outs and whatever is not the answer that belongs to a request are failures. */
export interface Report {
  requests: number;
  failures: Failure[];
  /** Of each row that was answered with success. */
  keys: string[];
  /** When each quick request was due that was answered with success; milliseconds since the epoch. */
  due: Float64Array;
  /** Milliseconds in which so many of a hundred quick requests were answered, in all or between two moments. */
  percentile(percent: number, from?: number, to?: number): number;
}

/** Visitors of the shop, in a process of their own so that nothing the test does slows them. Stop it in `finally`. */
export class Load {
  private answered = 0;
  private told: Promise<Report> | undefined;

  private constructor(private readonly child: ChildProcess) {
    child.on("message", (message: number | Told) => {
      if (typeof message === "number") this.answered = message;
    });
  }

  static async start(origin: string, { rate = 250, limitMs = 30_000 }: LoadOptions = {}): Promise<Load> {
    const child = fork(PROCESS, { execArgv: ["--require", LOADER], serialization: "advanced", env: process.env });
    const load = new Load(child);
    child.send({ origin, rate, limitMs, run: `load-${randomBytes(4).toString("hex")}` } satisfies Order);
    await load.atLeast(1);
    return load;
  }

  /** Waits until that many requests have been answered since a moment told by `requests`. */
  async atLeast(count: number, since = 0): Promise<void> {
    await eventually(
      `${count} requests, there were ${this.answered - since}`,
      () => (this.answered - since >= count ? true : undefined),
      120_000,
    );
  }

  /** Answered so far. */
  get requests(): number {
    return this.answered;
  }

  /** Begins no more requests, and waits for the last answers. */
  stop(): Promise<Report> {
    this.told ??= this.end();
    return this.told;
  }

  private async end(): Promise<Report> {
    if (this.child.exitCode !== null) throw new Error(`the load ended by itself with ${this.child.exitCode}`);
    const gone = once(this.child, "exit");
    this.child.send("stop");
    const told = await new Promise<Told>((resolve, reject) => {
      this.child.on("message", (message: number | Told) => typeof message !== "number" && resolve(message));
      this.child.once("exit", (code) => reject(new Error(`the load ended by itself with ${code}`)));
    });
    await gone;
    return reportOf(told);
  }
}

/** What failed, how often and when, in few lines: a comparison of thousands would take the machine's memory. */
export function told(failures: readonly Failure[]): string[] {
  const groups = new Map<string, Failure[]>();
  for (const one of failures) {
    const group = `${one.what}: ${one.why}`;
    const all = groups.get(group);
    if (all) all.push(one);
    else groups.set(group, [one]);
  }
  return [...groups]
    .map(([group, all]) => `${all.length} x ${group}, ${all[0]?.at} to ${all.at(-1)?.at}`)
    .sort()
    .slice(0, 12);
}

export function reportOf({ requests, failures, keys, due, took }: Told): Report {
  return {
    requests,
    failures,
    keys,
    due,
    percentile(percent, from = 0, to = Infinity) {
      const sorted = took.filter((_, index) => (due[index] ?? 0) >= from && (due[index] ?? 0) <= to).sort();
      return sorted[Math.max(0, Math.ceil((sorted.length * percent) / 100) - 1)] ?? NaN;
    },
  };
}
