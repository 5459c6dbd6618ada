import { createHash } from "node:crypto";

const FIRST = 20_000;
const COUNT = 10_000;

/** A stack's own loopback port, the same at every run, so that two stacks on a host have two. */
export function accessPort(prefix: string, chosen?: number): number {
  return chosen ?? FIRST + (createHash("sha256").update(prefix).digest().readUInt32BE(0) % COUNT);
}
