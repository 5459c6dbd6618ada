import { existsSync } from "node:fs";
import * as path from "node:path";
import type { Progress } from "../progress";
import { built, type BuildPlace } from "./built";
import type { Engine } from "./engine";
import { hasPlugin, personalHome, sameFile } from "./home";
import { installed } from "./installed";
import { archiveFolder, archiveUrl, downloaded, DownloadError, unreachable } from "./official";
import { CLI, LANGUAGE_HOST, type Plugin, PLUGINS, PULUMI_VERSION } from "./pins";
import { installPlugins, provideOwn } from "./plugins";

export interface Choice extends BuildPlace {
  env: NodeJS.ProcessEnv;
  /** The checkout's own folder in the cache; holds a PULUMI_HOME with its stand-ins. */
  own: string;
}

/** Makes the choice that ensureEngine remembers. */
export async function choose(choice: Choice, progress: Progress): Promise<Engine> {
  const found = await installed(choice.env, choice.cache);
  const url = archiveUrl(process.platform, process.arch);
  const offline = url ? await unreachable(url) : `Pulumi publishes nothing for ${process.platform} ${process.arch}`;
  if (typeof found !== "string") return onThisPath(found, choice, offline, progress);
  if (url && (offline === undefined || existsSync(archiveFolder(url, choice.cache)))) {
    try {
      return await fromDownload(url, found, choice, progress);
    } catch (error) {
      if (!(error instanceof DownloadError)) throw error;
      return fromModules(`${found}, and ${error.message}`, choice, progress);
    }
  }
  return fromModules(`${found}, and ${offline}`, choice, progress);
}

type OnPath = { bin: string; version: string };

async function onThisPath(
  { bin, version }: OnPath,
  choice: Choice,
  offline: string | undefined,
  progress: Progress,
): Promise<Engine> {
  const theirs = personalHome(choice.env, choice.cache);
  const pulumi = path.join(bin, "pulumi");
  const lacking = offline
    ? PLUGINS.filter((one) => !hasPlugin(theirs, one))
    : await installPlugins(pulumi, theirs, progress);
  // A stand-in in the home of all of a person's programs would serve those too.
  const home = lacking.length === 0 ? theirs : path.join(choice.own, "home");
  const why = `Pulumi ${version} from PATH (${bin})`;
  if (lacking.length === 0) return { bin, home, source: "path", version, why: `${why}, with the official plugins` };
  await provideOwn(PLUGINS, home, choice, progress);
  const reason = offline ?? `${lacking.map((one) => one.name).join(", ")} cannot be installed`;
  return { bin, home, source: "path", version, why: `${why}; its plugins are built or stand-ins: ${reason}` };
}

async function fromDownload(url: string, reason: string, choice: Choice, progress: Progress): Promise<Engine> {
  const bin = await downloaded(url, choice.cache, progress);
  const home = path.join(choice.own, "home");
  const lacking = await installPlugins(path.join(bin, "pulumi"), home, progress);
  await provideOwn(lacking, home, choice, progress);
  const why = `Pulumi ${PULUMI_VERSION}, the official download: ${reason}${standIns(lacking)}`;
  return { bin, home, source: "download", version: PULUMI_VERSION, why };
}

async function fromModules(reason: string, choice: Choice, progress: Progress): Promise<Engine> {
  const home = path.join(choice.own, "home");
  const bin = path.join(choice.own, "bin");
  progress.note(`Pulumi comes from its Go modules: ${reason}`);
  for (const program of [CLI, LANGUAGE_HOST]) {
    sameFile(path.join(bin, program.program), await built(program, choice, progress));
  }
  await provideOwn(PLUGINS, home, choice, progress);
  const why = `Pulumi ${PULUMI_VERSION} built from its Go modules, stand-ins for command, postgresql and aws: ${reason}`;
  return { bin, home, source: "built", version: PULUMI_VERSION, why };
}

function standIns(lacking: readonly Plugin[]): string {
  return lacking.length === 0 ? "" : `; could not be installed, so ours: ${lacking.map((one) => one.name).join(", ")}`;
}
