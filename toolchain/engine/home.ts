import {
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from "node:fs";
import { homedir } from "node:os";
import * as path from "node:path";
import type { Plugin } from "./pins";
import { isInside } from "./programs";

/** The PULUMI_HOME that a person has without us: one of ours in the environment is not theirs. */
export function personalHome(env: NodeJS.ProcessEnv, cache: string): string {
  const set = env.PULUMI_HOME;
  return set && !isInside(path.resolve(set), path.resolve(cache)) ? set : path.join(homedir(), ".pulumi");
}

/** Where Pulumi looks for the plugin's executable. */
export function pluginFile(home: string, plugin: Plugin): string {
  return path.join(home, "plugins", `resource-${plugin.name}-v${plugin.version}`, `pulumi-resource-${plugin.name}`);
}

export function hasPlugin(home: string, plugin: Plugin): boolean {
  return existsSync(pluginFile(home, plugin));
}

/** Takes a plugin of ours away, so that the official one can be installed there. */
export function withdrawOwn(home: string, plugin: Plugin): void {
  const file = pluginFile(home, plugin);
  if (leadsTo(file) !== undefined) rmSync(path.dirname(file), { recursive: true });
}

/** Makes `file` a link to `target`; one that leads elsewhere, for the repository has moved, is replaced in one go. */
export function linkTo(file: string, target: string): void {
  if (leadsTo(file) === target) return;
  mkdirSync(path.dirname(file), { recursive: true });
  const next = `${file}.${process.pid}`;
  symlinkSync(target, next);
  renameSync(next, file);
}

/**
 * Makes `file` another name of `target`. Pulumi follows a symbolic link to itself, and would warn at every run that its
 * language host does not lie beside it.
 */
export function sameFile(file: string, target: string): void {
  if (lstatSync(file, { throwIfNoEntry: false })?.ino === statSync(target).ino) return;
  mkdirSync(path.dirname(file), { recursive: true });
  const next = `${file}.${process.pid}`;
  linkSync(target, next);
  renameSync(next, file);
  // Between two names of one file a rename does nothing: another process was faster.
  rmSync(next, { force: true });
}

function leadsTo(file: string): string | undefined {
  try {
    return readlinkSync(file);
  } catch (error) {
    // EINVAL: a file of its own stands there, of an official plugin for instance.
    if (error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "EINVAL"))
      return undefined;
    throw error;
  }
}
