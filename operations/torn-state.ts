import { glob, rm, stat } from "node:fs/promises";
import * as path from "node:path";

/**
 * Pulumi killed while it writes a state that is a folder can leave a file's attributes empty, and then reads nothing at
 * all ("EOF"). They say nothing that it needs: without them it reads the file itself, which is whole.
 */
export async function mendTornState(state: string): Promise<string[]> {
  const torn: string[] = [];
  for await (const file of glob(".pulumi/**/*.attrs", { cwd: state })) {
    const at = path.join(state, file);
    if ((await stat(at)).size > 0) continue;
    await rm(at, { force: true });
    torn.push(file);
  }
  return torn;
}
