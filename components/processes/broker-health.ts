import type { Health } from "../swarm/service";
import { PROBE } from "./runtime";

/**
 * Healthy once it has reached its broker; from then on, by living. To import the application each time would cost
 * more than it tells, and to ask the broker would end every task when the broker is away for a while.
 */
export function brokerHealth(port: number): Health {
  return { test: ["/bin/sh", PROBE, "reached", String(port)], every: "2s", timeout: "3s", retries: 3, start: "2m" };
}
