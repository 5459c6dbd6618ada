const MARK = "tidemark-evidence ";
/** Of a piece that more of the same evidence follows: Docker's logs cut a long line in two. */
const PIECE = "tidemark-evidence+ ";

/** What a job's program found, as it said in the last line that is meant for us and not for people. */
export function evidenceIn<T>(log: readonly string[]): T | undefined {
  const last = lastOf(log);
  if (last < 0) return undefined;
  const former = lastOf(log.slice(0, last));
  const pieces = log.slice(former + 1, last).filter((line) => line.startsWith(PIECE));
  const text = [...pieces.map((line) => line.slice(PIECE.length)), log[last]?.slice(MARK.length)].join("");
  return JSON.parse(text) as T;
}

function lastOf(log: readonly string[]): number {
  return log.map((line) => line.startsWith(MARK)).lastIndexOf(true);
}

export function isEvidence(line: string): boolean {
  return line.startsWith(MARK) || line.startsWith(PIECE);
}
