import { mkdir, readdir, rename, rm, stat } from "node:fs/promises";
import * as path from "node:path";
import { isAlive, ownIdentity } from "./identity";
import { Lock } from "./lock";

/**
 * Makes a folder of the cache if it is not there. What is there is whole: it is made under another name and renamed.
 * Of several processes one makes it and the others wait; one that was killed is replaced.
 */
export async function makeOnce(
  folder: string,
  make: (temporary: string) => Promise<void>,
  waiting: (holder: string) => void,
): Promise<void> {
  if (await exists(folder)) return;
  await mkdir(path.dirname(folder), { recursive: true });
  const lock = await Lock.take(`${folder}.lock`, { until: () => exists(folder), waiting });
  if (!lock) return;
  const temporary = `${folder}.${ownIdentity().pid}.part`;
  try {
    if (await exists(folder)) return;
    await removeUnfinished(folder);
    await mkdir(temporary, { recursive: true });
    await make(temporary);
    await rename(temporary, folder);
  } finally {
    await rm(temporary, { recursive: true, force: true });
    await lock.release();
  }
}

async function removeUnfinished(folder: string): Promise<void> {
  const start = `${path.basename(folder)}.`;
  for (const name of await readdir(path.dirname(folder))) {
    const pid = name.startsWith(start) && /^(\d+)\.part$/.exec(name.slice(start.length))?.[1];
    if (pid && !isAlive({ pid: Number(pid) })) {
      await rm(path.join(path.dirname(folder), name), { recursive: true, force: true });
    }
  }
}

async function exists(file: string): Promise<boolean> {
  try {
    await stat(file);
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return false;
    throw error;
  }
}
