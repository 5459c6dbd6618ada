import * as http from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import { sortOf, type Sort } from "./requests";

/** What the process is told to do. */
export interface Order {
  origin: string;
  /** Requests a second. */
  rate: number;
  /** Begins every key. */
  run: string;
  /** Until then a request must be answered. */
  limitMs: number;
}

export interface Failure {
  /** ISO. */
  at: string;
  /** @example "sale /api/sales/ alone" */
  what: string;
  why: string;
  seconds: number;
}

/** What it says when it is stopped. Milliseconds since the epoch, and milliseconds. */
export interface Told {
  requests: number;
  failures: Failure[];
  /** Of each row that was answered with success. */
  keys: string[];
  /** Of each quick request: when it was due, and how long after that it was answered in full. */
  due: Float64Array;
  took: Float64Array;
}

const EVERY_MS = 5;
const ANSWERS: Record<Sort["kind"], number> = { read: 200, sale: 201, slow: 200 };

// As many at once as come: a slow one stays for its five seconds, and none may wait for another.
const agents = {
  quick: [new http.Agent({ keepAlive: true, maxSockets: 32 }), new http.Agent({ maxSockets: 32 })],
  slow: [new http.Agent({ keepAlive: true, maxSockets: 200 }), new http.Agent({ maxSockets: 200 })],
};

class Callers {
  private readonly failures: Failure[] = [];
  private readonly keys: string[] = [];
  private readonly due: number[] = [];
  private readonly took: number[] = [];
  private begun = 0;
  private ended = 0;
  private stopping = false;

  constructor(private readonly order: Order) {}

  /** Each request is begun when it is due, whatever became of those before it: who visits does not wait for others. */
  async run(): Promise<void> {
    const started = performance.now();
    while (!this.stopping) {
      const due = Math.floor(((performance.now() - started) / 1000) * this.order.rate);
      while (this.begun < due) void this.ask(this.begun++);
      await pause(EVERY_MS);
    }
  }

  get answered(): number {
    return this.ended;
  }

  async stop(): Promise<Told> {
    this.stopping = true;
    while (this.ended < this.begun) await pause(50);
    return {
      requests: this.ended,
      failures: this.failures,
      keys: this.keys,
      due: Float64Array.from(this.due),
      took: Float64Array.from(this.took),
    };
  }

  private async ask(n: number): Promise<void> {
    const sort = sortOf(n);
    const key = `${this.order.run}-${n}`;
    const started = Date.now();
    const { why, reused } = await answer(this.order, sort, sort.kind === "sale" ? JSON.stringify({ key }) : undefined);
    const took = Date.now() - started;
    this.ended += 1;
    if (why !== undefined) {
      const how = sort.alone ? "alone" : reused ? "on a used connection" : "on a new connection";
      const at = new Date(started).toISOString();
      this.failures.push({ at, what: `${sort.kind} ${sort.path} ${how}`, why, seconds: took / 1000 });
      return;
    }
    if (sort.kind === "sale") this.keys.push(key);
    if (sort.kind !== "slow") {
      this.due.push(started);
      this.took.push(took);
    }
  }
}

/** Asks, and says why it was not answered as it should be. */
function answer(
  { origin, limitMs }: Order,
  { kind, path, alone }: Sort,
  told?: string,
): Promise<{ why: string | undefined; reused: boolean }> {
  return new Promise((resolve) => {
    const request = http.request(new URL(path, origin), {
      method: told === undefined ? "GET" : "POST",
      agent: agents[kind === "slow" ? "slow" : "quick"][alone ? 1 : 0],
      headers: {
        ...(alone && { Connection: "close" }),
        ...(told !== undefined && { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(told) }),
      },
    });
    const limit = setTimeout(() => request.destroy(new Error(`not answered in ${limitMs / 1000} s`)), limitMs);
    const end = (why?: string): void => {
      clearTimeout(limit);
      resolve({ why, reused: request.reusedSocket });
    };
    request.once("response", (response) => {
      response.resume();
      response.once("end", () => end(response.statusCode === ANSWERS[kind] ? undefined : `${response.statusCode}`));
      response.once("error", (error: NodeJS.ErrnoException) => end(`broke off: ${error.code ?? error.message}`));
    });
    request.on("error", (error: NodeJS.ErrnoException) => end(error.code ?? error.message));
    request.end(told);
  });
}

process.once("message", (order: Order) => {
  const callers = new Callers(order);
  const progress = setInterval(() => process.send?.(callers.answered), 100);
  void callers.run();
  process.once("message", () => {
    void callers.stop().then((told) => {
      clearInterval(progress);
      process.send?.(told, () => process.disconnect());
    });
  });
});
// Whoever wanted the load is gone.
process.once("disconnect", () => process.exit());
