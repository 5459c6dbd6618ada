/** A secret as a release's record knows it: by its keyed hash, and since when that is the same. */
export type Ages = Record<string, { hash: string; since: string }>;

const DAY_MS = 86_400_000;

/**
 * Since when each secret is what it is now.
 * @param known by the record of the release before; a secret that it does not name is new
 * @param hashes of the secrets as they are now
 */
export function ages(known: Readonly<Ages> | undefined, hashes: Readonly<Record<string, string>>, now: Date): Ages {
  return Object.fromEntries(
    Object.entries(hashes).map(([name, hash]) => {
      const before = known?.[name];
      return [name, before?.hash === hash ? before : { hash, since: now.toISOString() }];
    }),
  );
}

/** The oldest first. @example "DJANGO_SECRET_KEY  93 days" */
export function ageLines(secrets: Readonly<Ages>, now: Date): string[] {
  const all = Object.entries(secrets).sort(
    ([a, one], [b, other]) => one.since.localeCompare(other.since) || a.localeCompare(b),
  );
  const width = Math.max(0, ...all.map(([name]) => name.length));
  return all.map(([name, { since }]) => `${name.padEnd(width)}  ${inDays(since, now)}`);
}

function inDays(since: string, now: Date): string {
  const days = Math.floor((now.getTime() - Date.parse(since)) / DAY_MS);
  return days < 1 ? "less than a day" : `${days} day${days === 1 ? "" : "s"}`;
}
