import type { Migration, ReleaseRecord } from "./ledger";
import type { Known, Look } from "./look";

export interface Sides {
  /** In the database. */
  applied: readonly string[];
  /** What the release that runs knows; undefined when nobody can say, and all that is applied may be its. */
  running: readonly Known[] | undefined;
  target: Pick<Look, "known" | "labels">;
  /** What all releases knew: a squash, and what it is one of, may each be known to another one. */
  history?: readonly Known[];
}

/**
 * Migrations by which the database is ahead of a release: applied, known to the release that runs, and unknown to it.
 * Those of an application that it does not have are none of its; a squash is what it was made of.
 */
export function ahead({ applied, running, target, history = [] }: Sides): string[] {
  const everything = [...(running ?? []), ...target.known, ...history];
  const ofRunning = running && withReplaced(running);
  const ofTarget = withReplaced(target.known);
  const squashes = everything.filter(({ replaces }) => replaces.length > 0);

  const covered = (name: string, asked: readonly string[] = []): boolean => {
    if (ofTarget.has(name)) return true;
    if (asked.includes(name)) return false;
    const further = [...asked, name];
    return squashes.some(({ name: squash, replaces }) =>
      squash === name
        ? replaces.every((one) => covered(one, further))
        : replaces.includes(name) && covered(squash, further),
    );
  };
  return withBeneath(applied, everything).filter(
    (name) =>
      (ofRunning?.has(name) ?? true) && (target.labels?.includes(name.split(".")[0] ?? "") ?? true) && !covered(name),
  );
}

/** The same from what is written down, where nobody is asked: all that the release that runs knows is taken for applied. */
export function aheadInRecords(
  running: readonly Migration[],
  target: readonly Migration[],
  all: readonly Pick<ReleaseRecord, "migrations">[],
): string[] {
  return ahead({
    applied: running.map(({ name }) => name),
    running,
    target: { known: [...target], ...labelsOf(target) },
    history: all.flatMap((one) => one.migrations?.known ?? []),
  });
}

/** Of Django's applications; alembic's migrations belong to none. */
function labelsOf(known: readonly Migration[]): Pick<Look, "labels"> {
  const labels = known.map(({ name }) => /^(.+?)\./.exec(name)?.[1]);
  return labels.includes(undefined) ? {} : { labels: [...new Set(labels.flatMap((one) => one ?? []))] };
}

function withReplaced(known: readonly Known[]): Set<string> {
  return new Set(known.flatMap(({ name, replaces }) => [name, ...replaces]));
}

/** With those that each builds on, where somebody still knows them. */
function withBeneath(names: readonly string[], known: readonly Known[]): string[] {
  const after = new Map(known.map((one) => [one.name, one.after ?? []]));
  const found = new Set<string>();
  const add = (name: string): void => {
    if (found.has(name)) return;
    for (const one of after.get(name) ?? []) add(one);
    found.add(name);
  };
  names.forEach(add);
  return [...found];
}
