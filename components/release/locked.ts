import { seconds, type Duration } from "../../settings/units";
import { PYTHON, script, type Looking } from "./looking";

const LOCKED = "/tidemark/locked";
/** Of the step's own time: who waited in vain still says for whom. */
const LAST_WORD_SECONDS = 5;

/** A command that runs while nobody else runs one on the same database, whatever it does. */
export function locked(command: readonly string[], what: string, limit: Duration): Looking {
  const [program = ""] = command;
  const wait = Math.max(1, seconds(limit) - LAST_WORD_SECONDS);
  return {
    command: ["/bin/sh", PYTHON, program, LOCKED, what, String(wait), "--", ...command],
    scripts: { [LOCKED]: script("locked.py"), [PYTHON]: script("python.sh") },
  };
}

/** What the command is given beside its own environment. */
export function lockedEnvironment(
  environment: Readonly<Record<string, string>>,
  { url, lockTimeout, statementTimeout }: { url: string; lockTimeout: Duration; statementTimeout: Duration },
): Record<string, string> {
  const limits = Object.entries({ lock_timeout: lockTimeout, statement_timeout: statementTimeout });
  const options = limits.map(([name, limit]) => `-c ${name}=${seconds(limit) * 1000}`);
  // Not every pooler in front of a database lets them through, and then none may be sent.
  const sent = limits.some(([, limit]) => seconds(limit) > 0) ? options : [];
  const all = [...(environment.PGOPTIONS ? [environment.PGOPTIONS] : []), ...sent];
  return {
    ...environment,
    ...(all.length > 0 && { PGOPTIONS: all.join(" ") }),
    TIDEMARK_DATABASE_URL: ofLibpq(url),
  };
}

/** As libpq reads it, whatever the application's own library adds. */
function ofLibpq(text: string): string {
  const url = new URL(text.replace(/^[^:]+:/, "postgresql:"));
  for (const name of [...url.searchParams.keys()])
    if (!/^(ssl|target_session_attrs|connect_)/.test(name)) url.searchParams.delete(name);
  return url.href;
}
