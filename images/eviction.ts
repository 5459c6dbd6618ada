const policies = [
  "noeviction",
  "volatile-lru",
  "volatile-lfu",
  "volatile-random",
  "volatile-ttl",
  "allkeys-lru",
  "allkeys-lfu",
  "allkeys-random",
] as const;

export type EvictionPolicy = (typeof policies)[number];

/** A broker's keys are tasks; a cache's can be made again. */
export type RedisRole = "broker" | "cache";

/** Why this maxmemory-policy is wrong for that role, and what to write instead; nothing when it is right. */
export function evictionProblem(role: RedisRole, policy: string): { why: string; fix: string } | undefined {
  if (!policies.some((known) => known === policy)) {
    return { why: "Redis knows no such policy.", fix: `Set one of ${policies.join(", ")}.` };
  }
  if (role === "broker" && policy.startsWith("allkeys-")) {
    return {
      why: "A full Redis would throw away queued tasks without a word.",
      fix: 'Set "noeviction", or give the cache a Redis of its own.',
    };
  }
  return undefined;
}
