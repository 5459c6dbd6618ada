import { duration } from "./duration";

/** Tells a person what is going on inside a step, e.g. "412 packages compiled". */
export type Say = (detail: string) => void;

/** Where progress is written: a terminal gets one line that changes, anything else gets plain lines. */
export interface Screen {
  isTTY?: boolean;
  columns?: number;
  write(text: string): unknown;
}

export interface Timed {
  name: string;
  seconds: number;
  failed: boolean;
}

interface Running {
  name: string;
  usualSeconds: number;
  since: number;
  detail: string;
}

const TERMINAL_MS = 500;
const PLAIN_MS = 15_000;

/** Long steps a person can follow: what, how far, how long it usually takes. */
export class Progress {
  /** What has ended so far, in that order. */
  readonly ended: Timed[] = [];
  private readonly running: Running[] = [];
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly screen: Screen = process.stderr,
    private readonly now: () => number = Date.now,
  ) {}

  async step<T>(name: string, usualSeconds: number, work: (say: Say) => Promise<T>): Promise<T> {
    const own: Running = { name, usualSeconds, since: this.now(), detail: "" };
    this.running.push(own);
    if (this.screen.isTTY) this.draw();
    else this.screen.write(`${name}, usually ${duration(usualSeconds)}\n`);
    this.timer ??= this.watch();
    let failed = true;
    try {
      const result = await work((detail) => (own.detail = detail));
      failed = false;
      return result;
    } finally {
      this.end(own, failed);
    }
  }

  /** For work that writes to the screen itself: nothing is drawn, only its time is kept. */
  async aside<T>(name: string, work: () => Promise<T>): Promise<T> {
    const since = this.now();
    let failed = true;
    try {
      const result = await work();
      failed = false;
      return result;
    } finally {
      this.ended.push({ name, seconds: (this.now() - since) / 1000, failed });
    }
  }

  /** One line that stays. */
  note(line: string): void {
    this.clear();
    this.screen.write(`${line}\n`);
    this.draw();
  }

  /** How long each step took, one a line, then all together. */
  summary(): string {
    const width = Math.max(0, ...this.ended.map((one) => one.name.length));
    const rows = this.ended.map(
      ({ name, seconds, failed }) => `  ${name.padEnd(width)}  ${duration(seconds)}${failed ? "  failed" : ""}`,
    );
    const total = this.ended.reduce((sum, one) => sum + one.seconds, 0);
    return [...rows, `  ${"Together".padEnd(width)}  ${duration(total)}`].join("\n");
  }

  private watch(): NodeJS.Timeout {
    const timer = this.screen.isTTY
      ? setInterval(() => this.draw(), TERMINAL_MS)
      : setInterval(() => this.running.forEach((one) => this.screen.write(`${this.line(one)}\n`)), PLAIN_MS);
    // What is under way keeps the process alive, not the telling of it.
    return timer.unref();
  }

  private end(own: Running, failed: boolean): void {
    this.running.splice(this.running.indexOf(own), 1);
    const seconds = (this.now() - own.since) / 1000;
    this.ended.push({ name: own.name, seconds, failed });
    if (this.running.length === 0) {
      clearInterval(this.timer);
      this.timer = undefined;
    }
    this.note(`${own.name}: ${failed ? "failed after" : "done in"} ${duration(seconds)}`);
  }

  private line(one: Running): string {
    const seconds = (this.now() - one.since) / 1000;
    const said = one.detail && `, ${one.detail}`;
    const times = `${duration(seconds)} of usually ${duration(one.usualSeconds)}`;
    return `${one.name}: ${share(seconds, one.usualSeconds)} %, ${times}${said}`;
  }

  private draw(): void {
    const latest = this.running.at(-1);
    if (!this.screen.isTTY || !latest) return;
    this.clear();
    this.screen.write(this.line(latest).slice(0, (this.screen.columns ?? 80) - 1));
  }

  private clear(): void {
    if (this.screen.isTTY) this.screen.write("\r\x1b[2K");
  }
}

/** Of the usual time; never 100, for only the end of a step is its end. */
function share(seconds: number, usual: number): number {
  return Math.min(99, Math.floor((100 * seconds) / Math.max(usual, 1)));
}
