import { createHmac } from "node:crypto";
import { isOwn } from "../../settings/database";
import { KEY } from "../../settings/checks/secrets";
import type { Settings } from "../../settings/schema";
import type { Logins } from "./logins";
import type { Passwords } from "./passwords";
import { redisPassword } from "./redis-login";

/** Each secret's keyed hash: it tells one value from the next and gives none away. Under `database` and `redis`, those made here. */
export function secretHashes(
  { secrets, database, redis, rotation }: Settings,
  passwords: Passwords,
  logins: Logins,
): Record<string, string> {
  // Without a key of its own a hash could be found by trying words.
  if (secrets[KEY] === undefined) return {};
  const own = Object.entries(redis).flatMap(([name, one]) => ("external" in one ? [] : [name]));
  const values = {
    ...secrets,
    ...(isOwn(database) && { database: logins.active.password }),
    ...(own.length > 0 && { redis: own.map((name) => redisPassword(name, passwords, rotation.redis)).join() }),
  };
  return Object.fromEntries(
    Object.entries(values)
      .sort(([a], [b]) => a.localeCompare(b))
      .map(([name, value]) => [name, createHmac("sha256", passwords.salt).update(value).digest("hex").slice(0, 16)]),
  );
}
