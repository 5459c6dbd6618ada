import { readdir, rm, stat } from "node:fs/promises";
import * as path from "node:path";
import { absentFile } from "./absent-file";

/**
 * Pulumi killed while it writes a state that is a folder can leave a file's attributes empty, and then reads nothing at
 * all ("EOF"). They say nothing that it needs: without them it reads the file itself, which is whole.
 */
export async function mendTornState(state: string): Promise<string[]> {
  const torn: string[] = [];
  for (const name of (await readdir(path.join(state, ".pulumi"), { recursive: true }).catch(absentFile)) ?? []) {
    const file = path.join(".pulumi", name);
    const at = path.join(state, file);
    if (!name.endsWith(".attrs") || (await stat(at)).size > 0) continue;
    await rm(at, { force: true });
    torn.push(file);
  }
  return torn;
}
