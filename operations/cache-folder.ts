import { homedir } from "node:os";
import * as path from "node:path";

/** What can be made again, but costs time. */
export function cacheFolder(env: NodeJS.ProcessEnv = process.env): string {
  return env.TIDEMARK_CACHE ?? path.join(env.XDG_CACHE_HOME ?? path.join(homedir(), ".cache"), "tidemark");
}
