import type { Health } from "../swarm/service";
import { PROBE } from "./launched";

/** Where a broker listens. */
export interface Broker {
  host: string;
  port: number;
}

/**
 * A worker is healthy once it was seen connected to its broker; from then on, by living. To import the application each
 * time would cost more than it tells, and to ask the broker would end every task when the broker is away for a while.
 */
export function workerHealth({ port }: Broker): Health {
  return { ...ONCE, test: ["/bin/sh", PROBE, "reached", String(port)] };
}

/** Beat connects only when a task is due, which may be tomorrow: it is healthy once its broker can be reached from it. */
export function beatHealth({ host, port }: Broker): Health {
  return { ...ONCE, test: ["/bin/sh", PROBE, "reaches", host, String(port)] };
}

const ONCE = { every: "2s", timeout: "5s", retries: 5, start: "2m" } as const;
