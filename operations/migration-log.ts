/** What the log of a migration tells. */
export interface MigrationLog {
  /** In their order. */
  ran: string[];
  /** The one that it was at when it ended with an error. */
  failed?: string;
  /** What the database, or else the framework, said. */
  error: string[];
}

const DJANGO = /Applying ([\w.-]+)\.\.\.( OK| FAKED)?/g;
const PROGRESS =
  /^(Operations to perform:|Running migrations:| {2}(Apply all migrations:|Applying )|\(Background on this error)/;
const ALEMBIC = /Running upgrade .*?-> (\w+)/g;

/** Reads what `migrate` or `alembic upgrade` wrote. */
export function migrationLog(log: readonly string[], exitCode: number): MigrationLog {
  const text = log.join("\n");
  const django = [...text.matchAll(DJANGO)];
  const all = django.length > 0 ? django : [...text.matchAll(ALEMBIC)];
  const names = all.map(([, name = ""]) => name);
  if (exitCode === 0) return { ran: names, error: [] };
  // Django says of each that it is done; what it was at is told last, wherever the log has it.
  const isDone = all.at(-1)?.[2] !== undefined;
  const failed = isDone ? undefined : names.at(-1);
  return {
    ran: failed === undefined ? names : names.slice(0, -1),
    ...(failed !== undefined && { failed }),
    error: errorIn(log),
  };
}

/** The end of the last traceback, without the way there; or what stands in its place. */
function errorIn(log: readonly string[]): string[] {
  const start = log.map((line) => line.endsWith("Traceback (most recent call last):")).lastIndexOf(true);
  if (start < 0) return said(log).slice(-5);
  const first = log.findIndex((line, at) => at > start && /^\S/.test(line));
  const its = first < 0 ? [] : log.slice(first);
  return said(its).slice(0, 8);
}

/** Without how far it came, which Django says on the other stream: it can stand anywhere, on the error's own line too. */
function said(lines: readonly string[]): string[] {
  return lines
    .map((line) => line.replace(/\s*Applying [\w.-]+\.\.\.\s*$/, ""))
    .filter((line) => line.trim() !== "" && !PROGRESS.test(line));
}
