import { readdir, readFile } from "node:fs/promises";
import { homedir, hostname } from "node:os";
import * as path from "node:path";
import { absentFile } from "./absent-file";
import { lifeOf, type Life } from "./life";

/** Who holds a stack, as Pulumi writes it beside the state. */
export interface StackLock {
  pid: number;
  username: string;
  hostname: string;
  timestamp: string;
}

/** The folder of a state that is one; nothing of any other backend. */
export function stateFolder(backend: string, home = homedir()): string | undefined {
  if (!backend.startsWith("file://")) return undefined;
  const [at = ""] = backend.slice("file://".length).split("?");
  return path.resolve(at.replace(/^~(?=\/|$)/, home));
}

/** The locks of a stack whose state is a folder; of a stack whose state is elsewhere none can be seen. */
export async function stackLocks(state: string, project: string, stack: string): Promise<StackLock[]> {
  const folder = path.join(state, ".pulumi", "locks", "organization", project, stack);
  const names = (await readdir(folder).catch(absentFile)) ?? [];
  const locks = names.filter((name) => name.endsWith(".json"));
  const texts = await Promise.all(locks.map((name) => readFile(path.join(folder, name), "utf8").catch(absentFile)));
  return texts.flatMap((text) => (text === undefined ? [] : [JSON.parse(text) as StackLock]));
}

/** A clock reads the lock's time, another one the process's. */
const CLOCKS_DIFFER_MS = 2_000;

/** Whether its process is gone for certain: of another machine nothing is certain. */
export async function isDead(
  lock: StackLock,
  here = hostname(),
  life: (pid: number) => Promise<Life> = lifeOf,
): Promise<boolean> {
  if (lock.hostname !== here) return false;
  const { alive, since } = await life(lock.pid);
  // A number is given to another process after a while, and after a restart of the machine at once.
  return !alive || (since !== undefined && since.getTime() > Date.parse(lock.timestamp) + CLOCKS_DIFFER_MS);
}
