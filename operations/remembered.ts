import type { Docker } from "./docker";
import { records, type ReleaseFacts, type ReleaseRecord } from "./ledger";
import { OperationError } from "./operation-error";
import { inWords } from "./running";
import { runs } from "./tasks";

/**
 * What is written down of a release, where nothing can be asked of it because the stack's own database does not run: one
 * that was good before needs no asking, and whoever is alone with a dead database must be able to go back.
 * @returns undefined where the database runs, so that it can be asked
 */
export async function remembered(
  docker: Docker,
  release: ReleaseFacts,
  database: string | undefined,
): Promise<ReleaseRecord | undefined> {
  if (database === undefined || (await runs(docker, database))) return undefined;
  const good = await goodOnes(docker, release);
  const same = sameOf(good, release);
  if (same) return same;
  throw new OperationError(
    [
      `${database} does not run, so ${release.tag} can be neither asked nor migrated, and nothing has moved`,
      "  Why it does not run, and what to type, says tidemark status of this stack.",
      `  Without it only a release goes that was good here before: ${[...new Set(good.map(({ tag }) => tag))].join(", ") || "there is none"}`,
    ].join("\n"),
  );
}

/** As a release was when it was good last, where it ever was. */
export async function wasGood(docker: Docker, release: ReleaseFacts): Promise<ReleaseRecord | undefined> {
  return sameOf(await goodOnes(docker, release), release);
}

async function goodOnes(docker: Docker, { prefix }: ReleaseFacts): Promise<ReleaseRecord[]> {
  return (await records(docker, prefix)).filter(({ result }) => result === "good");
}

function sameOf(good: readonly ReleaseRecord[], release: ReleaseFacts): ReleaseRecord | undefined {
  return good.find(({ images }) => isOne(images, release.images));
}

/** What both have is the same; a process can have come or gone since. */
function isOne(former: Readonly<Record<string, string>>, now: Readonly<Record<string, string>>): boolean {
  const both = Object.entries(now).filter(([name]) => former[name] !== undefined);
  return both.length > 0 && inWords(former, Object.fromEntries(both)).length === 0;
}
