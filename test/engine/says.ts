import assert from "node:assert/strict";

/** Enough to see why, of what may be a thousand lines of progress. */
const SHOWN = 60;

/** What was printed holds a pattern; if not, its end is shown. */
export function says(printed: string, pattern: RegExp): void {
  if (!pattern.test(printed))
    assert.fail(`${String(pattern)} is not in what was printed, which ends with:\n${end(printed)}`);
}

export function end(printed: string): string {
  return printed.trimEnd().split("\n").slice(-SHOWN).join("\n");
}
