import { setTimeout as pause } from "node:timers/promises";

/** Asks again and again until the answer is not undefined, at most `limitMs` long. */
export async function until<T>(
  limitMs: number,
  ask: () => Promise<T | undefined>,
  everyMs = 200,
): Promise<T | undefined> {
  const end = Date.now() + limitMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (Date.now() >= end) return undefined;
    await pause(everyMs);
  }
}
