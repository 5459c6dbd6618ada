import { isOwn } from "../../settings/database";
import type { Settings } from "../../settings/schema";

/** Which turn the passwords of each server of the stack's own have. */
export type Turns = Partial<Settings["rotation"]>;

/** Of a secret with an environment: whose passwords it holds, so that a task is known that still has a former one. */
export const TURNS_LABEL = "tidemark.turns";

export function turnsOf({ rotation, database, redis }: Pick<Settings, "rotation" | "database" | "redis">): Turns {
  return {
    ...(isOwn(database) && { database: rotation.database }),
    ...(Object.values(redis).some((one) => !("external" in one)) && { redis: rotation.redis }),
  };
}

/** @example "database=2 redis=1" */
export function turnsInWords(turns: Turns): string {
  const words = Object.entries(turns).map(([server, turn]) => `${server}=${turn}`);
  return words.sort().join(" ") || "none";
}
