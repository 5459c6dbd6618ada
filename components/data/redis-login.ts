import type { Passwords } from "./passwords";

/** @param turn raised by a rotation */
export function redisPassword(host: string, passwords: Passwords, turn = 1): string {
  return passwords.of(`redis/${host}`, turn);
}

/** What {url}, {host} and the like stand for in the application's environment. */
export function redisConnection(host: string, password: string): Record<string, string> {
  return { url: `redis://:${password}@${host}:6379`, host, port: "6379", password };
}
