import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import { notThereOnce } from "./database";
import { Load, told } from "./load";
import type { Stack } from "./stack";
import { Visitor } from "./visitor";

const DEPLOYS = 20;
/** Of each deploy. */
const REQUESTS = 5000;
/** A second: with a tenth that takes 5 s, 75 and more are under way at any time. */
const RATE = 150;

/** Twenty, to one tag and back to the other, and then a last one. */
export function backAndForth(newer: string, older: string, last?: string): string[] {
  const all = Array.from({ length: DEPLOYS }, (_, nth) => (nth % 2 === 0 ? newer : older));
  return last === undefined ? all : [...all, last];
}

/** Deploys each tag while visitors come; none may notice, and each row that was answered for must be there once. */
export async function deployUnderLoad(
  context: TestContext,
  stack: Stack,
  tags: readonly string[],
  table?: string,
): Promise<void> {
  const visitor = new Visitor(stack.url);
  const load = await Load.start(stack.url, { rate: RATE });
  try {
    for (const tag of tags) {
      const [began, requests] = [Date.now(), load.requests];
      await stack.set({ tag });
      await stack.pulumiUp();
      const seconds = ((Date.now() - began) / 1000).toFixed(1);
      assert.equal((await visitor.json<{ version: string }>("/api/version/")).version, tag);
      await load.atLeast(REQUESTS, requests);
      context.diagnostic(`${tag}: ${seconds} s, ${load.requests - requests} requests`);
    }
  } finally {
    await load.stop();
  }
  const { requests, failures, keys, percentile } = await load.stop();
  context.diagnostic(
    `${requests} requests, ${keys.length} rows; half in ${percentile(50)} ms, 99 % in ${percentile(99)} ms`,
  );
  assert.deepEqual(told(failures), []);
  assert.ok(requests >= REQUESTS * tags.length);
  assert.deepEqual((await notThereOnce(stack, keys, table)).slice(0, 20), []);
}
