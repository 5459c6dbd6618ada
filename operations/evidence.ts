const MARK = "tidemark-evidence ";

/** What a job's program found, as it said in the last line that is meant for us and not for people. */
export function evidenceIn<T>(log: readonly string[]): T | undefined {
  const line = log.filter(isEvidence).at(-1);
  return line === undefined ? undefined : (JSON.parse(line.slice(MARK.length)) as T);
}

export function isEvidence(line: string): boolean {
  return line.startsWith(MARK);
}
