/** Is `version` at least `oldest`? "v3.250.0", "1.26" and "go1.26.8" are all understood; what is no version is not. */
export function atLeast(version: string, oldest: string): boolean {
  const [have, want] = [numbers(version), numbers(oldest)];
  if (have.length === 0) return false;
  for (let at = 0; at < want.length; at++) {
    const difference = (have[at] ?? 0) - want[at]!;
    if (difference !== 0) return difference > 0;
  }
  return true;
}

function numbers(version: string): number[] {
  const found = /^(?:v|go)?(\d+(?:\.\d+)*)/.exec(version.trim());
  return found ? found[1]!.split(".").map(Number) : [];
}
