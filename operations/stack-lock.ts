import { readdir, readFile } from "node:fs/promises";
import { hostname } from "node:os";
import * as path from "node:path";

/** Who holds a stack, as Pulumi writes it beside the state. */
export interface StackLock {
  pid: number;
  username: string;
  hostname: string;
  timestamp: string;
}

/** The locks of a stack whose state is a folder; none where there are none, and none is known of any other backend. */
export async function stackLocks(backend: string, project: string, stack: string): Promise<StackLock[]> {
  if (!backend.startsWith("file://")) return [];
  const folder = path.join(backend.slice("file://".length), ".pulumi", "locks", "organization", project, stack);
  const names = await readdir(folder).catch(absent);
  const texts = await Promise.all((names ?? []).map((name) => readFile(path.join(folder, name), "utf8").catch(absent)));
  return texts.flatMap((text) => (text === undefined ? [] : [JSON.parse(text) as StackLock]));
}

/** Whether its process is gone for certain: of another machine nothing is certain. */
export function isDead(lock: StackLock, here = hostname(), alive = isAlive): boolean {
  return lock.hostname === here && !alive(lock.pid);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

function absent(error: NodeJS.ErrnoException): undefined {
  if (error.code !== "ENOENT") throw error;
}
