import { until } from "../../operations/until";

/** What must come to be so within 30 s; the error names it. An answer of undefined is "not yet". */
export async function eventually<T>(
  what: string,
  ask: () => T | undefined | Promise<T | undefined>,
  limitMs = 30_000,
): Promise<T> {
  const answer = await until(limitMs, async () => ask(), 100);
  if (answer === undefined) throw new Error(`not in ${limitMs / 1000} s: ${what}`);
  return answer;
}
