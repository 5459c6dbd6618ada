import type { Change, Diff } from "../server/plugin";
import { type Bag, holdsUnknown, sameValue, type Value } from "../server/value";

const outputNames = new Set(["stdout", "stderr", "archive", "assets"]);

/** A changed trigger makes a new resource; anything else that changed runs `update`, or else `create` again. */
export function commandDiff(state: Bag, news: Bag): Diff {
  const changes: Record<string, Change> = {};
  const names = new Set([...Object.keys(state), ...Object.keys(news)].filter((name) => !outputNames.has(name)));
  for (const name of names) {
    if (name === "triggers") continue;
    const change = changeOf(state[name], news[name]);
    if (change) changes[name] = change;
  }
  const replaces = triggerChanges(state["triggers"], news["triggers"]);
  return { changes: { ...changes, ...replaces }, replaces: Object.keys(replaces) };
}

function triggerChanges(olds: Value | undefined, news: Value | undefined): Record<string, Change> {
  const change = changeOf(olds, news);
  if (!change) return {};
  if (!Array.isArray(olds) || !Array.isArray(news)) return { triggers: change };
  const longest = Array.from({ length: Math.max(olds.length, news.length) }, (_, index) => index);
  return Object.fromEntries(
    longest.flatMap((index) => {
      const one = changeOf(olds[index] as Value | undefined, news[index] as Value | undefined);
      return one ? [[`triggers[${index}]`, one]] : [];
    }),
  );
}

function changeOf(old: Value | undefined, now: Value | undefined): Change | undefined {
  if (now === undefined) return old === undefined ? undefined : "delete";
  if (old === undefined) return "add";
  return holdsUnknown(now) || !sameValue(old, now) ? "update" : undefined;
}
