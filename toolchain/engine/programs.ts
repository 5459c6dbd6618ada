import { accessSync, constants, realpathSync, statSync } from "node:fs";
import * as path from "node:path";

/** The first executable of that name on PATH, links followed; those below `notIn` are passed over. */
export function onPath(name: string, env: NodeJS.ProcessEnv, notIn?: string): string | undefined {
  const skipped = notIn && realFolder(notIn);
  for (const folder of (env.PATH ?? "").split(path.delimiter).filter(Boolean)) {
    // A link in our own cache may lead anywhere, so the folder on PATH counts as well as the file.
    if (skipped && isInside(realFolder(folder), skipped)) continue;
    const file = path.join(folder, name);
    if (isExecutable(file)) return realpathSync(file);
  }
  return undefined;
}

export function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch (error) {
    if (isAbsent(error)) return false;
    throw error;
  }
}

export function isInside(file: string, folder: string): boolean {
  return file === folder || file.startsWith(folder + path.sep);
}

function realFolder(folder: string): string {
  try {
    return realpathSync(folder);
  } catch (error) {
    if (isAbsent(error)) return path.resolve(folder);
    throw error;
  }
}

const ABSENT = ["ENOENT", "ENOTDIR", "EACCES", "ELOOP"];

function isAbsent(error: unknown): boolean {
  return error instanceof Error && "code" in error && ABSENT.includes(String(error.code));
}
