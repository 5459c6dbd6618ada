import { existsSync } from "node:fs";
import { chmod, cp, mkdir, readdir, stat, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import list from "./versions.json";

/** A release of an application: files laid over another release's, or the first one. */
export interface Version {
  tag: string;
  about: string;
  /** The tag whose source lies beneath. Absent: `app/` itself is this version. */
  over?: string;
}

/** An application that stands in for somebody's. */
export interface StandIn {
  /** Holds `app/`, which is its first version, and `versions/`. */
  folder: string;
  /** In the order of their making: what lies beneath comes first. */
  versions: readonly Version[];
}

export const shop: StandIn = { folder: __dirname, versions: list };
export const { versions } = shop;

/** The version and all that lies beneath it, the lowest first. */
export function layers(tag: string, of = shop): Version[] {
  const version = of.versions.find((one) => one.tag === tag);
  if (!version) {
    throw new Error(`${tag}: the demo has no such version. There are ${of.versions.map((one) => one.tag).join(", ")}.`);
  }
  return version.over === undefined ? [version] : [...layers(version.over, of), version];
}

/** Writes the whole source of one version into a directory that is new or empty. */
export async function layOut(tag: string, target: string, of = shop): Promise<void> {
  const above = layers(tag, of).slice(1);
  await mkdir(target, { recursive: true });
  const found = await readdir(target);
  if (found.length > 0) {
    throw new Error(
      `${target}: holds ${found[0]} already, which would mix with the source of ${tag}. Give an empty directory.`,
    );
  }
  for (const layer of ["app", ...above.map((one) => join("versions", one.tag))]) {
    const from = join(of.folder, layer);
    // A version that changes no file has no folder.
    if (existsSync(from)) await cp(from, target, { recursive: true, filter: isSource });
  }
  await writeFile(join(target, "VERSION"), `${tag}\n`);
  await settleModes(target);
}

function isSource(path: string): boolean {
  return basename(path) !== "__pycache__";
}

/** The image runs the source as another user, so the modes must not hang on the umask of whoever lays it out. */
async function settleModes(directory: string): Promise<void> {
  await chmod(directory, 0o755);
  for (const entry of await readdir(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) await settleModes(path);
    else await chmod(path, (await stat(path)).mode & 0o100 ? 0o755 : 0o644);
  }
}
