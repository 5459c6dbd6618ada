import type { Problem } from "../refusal";
import type { Settings } from "../schema";

const RESERVED = ["edge", "postgres", "postgres-access", "keeper"];

export function redis({ redis }: Settings): Problem[] {
  const entries = Object.entries(redis);
  const problems: Problem[] = entries
    .filter(([name]) => RESERVED.includes(name))
    .map(([name]) => ({
      at: `redis.${name}`,
      got: name,
      why: "A service of that name is made by Tidemark.",
      fix: "Give it another name, such as redis.",
    }));
  if (entries.length > 2) {
    problems.push({
      at: "redis",
      got: `${entries.length}: ${entries.map(([name]) => name).join(", ")}`,
      why: "Two are enough: one that may forget and one that may not.",
      fix: "Keep at most two; a number at the end of the URL keeps things apart inside one, as {url}/1 does.",
    });
  }
  for (const [name, one] of entries) {
    if ("external" in one || one.use !== "cache") continue;
    for (const variable of Object.keys(one.variables).filter((key) => key.includes("BROKER"))) {
      problems.push({
        at: `redis.${name}.variables.${variable}`,
        got: one.variables[variable] ?? "",
        why: `${name} is a cache: when it is full it throws waiting tasks away.`,
        fix: `Set redis.${name}.use to broker, or add a second Redis for the tasks.`,
      });
    }
  }
  return problems;
}
