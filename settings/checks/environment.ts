import type { Problem } from "../refusal";
import type { Settings } from "../schema";

/** A variable must come from one place: of two, nobody knows at night which one wins. */
export function environment(settings: Settings): Problem[] {
  const { env, secrets, processes } = settings;
  const problems: Problem[] = [];
  const composed = new Map<string, string>();
  for (const { at, name, template, urlSecret } of composedBy(settings)) {
    const before = composed.get(name);
    if (before) problems.push(twice(`${at}.variables.${name}`, "composed", before));
    else composed.set(name, at);
    // The external server's own URL under its own name is the same value twice.
    const same = urlSecret === name && template === "{url}";
    if (name in secrets && !same) problems.push(twice(`secrets.${name}`, "(secret)", at));
  }
  for (const name of Object.keys(env)) {
    if (name in secrets) problems.push(twice(`env.${name}`, "plain", `secrets.${name}`));
    const at = composed.get(name);
    if (at) problems.push(twice(`env.${name}`, "plain", at));
  }
  for (const [process, its] of Object.entries(processes)) {
    const isFrontend = its.kind === "frontend";
    const given = its.secrets ?? (isFrontend ? [] : Object.keys(secrets));
    for (const name of Object.keys(its.env)) {
      const at = isFrontend ? undefined : composed.get(name);
      if (given.includes(name)) problems.push(twice(`processes.${process}.env.${name}`, "plain", `secrets.${name}`));
      else if (at) problems.push(twice(`processes.${process}.env.${name}`, "plain", at));
    }
  }
  return problems;
}

function twice(at: string, got: string, other: string): Problem {
  return { at, got, why: `${other} gives this variable too.`, fix: "Take one of the two away, or rename it." };
}

function composedBy({ database, redis }: Settings) {
  const servers = [...Object.entries(redis).map(([name, one]) => ({ at: `redis.${name}`, one }))];
  const all = database === false ? servers : [{ at: "database", one: database }, ...servers];
  return all.flatMap(({ at, one }) =>
    Object.entries(one.variables).map(([name, template]) => ({
      at,
      name,
      template,
      urlSecret: "external" in one ? one.external.url : undefined,
    })),
  );
}
