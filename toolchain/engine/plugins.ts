import * as path from "node:path";
import { execa, ExecaError } from "execa";
import type { Progress } from "../progress";
import { built, type BuildPlace } from "./built";
import { hasPlugin, linkTo, pluginFile, withdrawOwn } from "./home";
import { DOCKER, DOCKER_PLUGIN, ON_DEMAND, type Plugin, PLUGINS } from "./pins";

const USUAL_SECONDS = 20;

/** Installs the official plugins that `home` lacks; says which could not be had. */
export async function installPlugins(pulumi: string, home: string, progress: Progress): Promise<Plugin[]> {
  const missing: Plugin[] = [];
  [...PLUGINS, ...ON_DEMAND].forEach((plugin) => withdrawOwn(home, plugin));
  for (const plugin of PLUGINS.filter((one) => !hasPlugin(home, one))) {
    const title = `Installing the ${plugin.name} plugin ${plugin.version}`;
    const came = await progress.step(title, USUAL_SECONDS, () => install(pulumi, home, plugin));
    if (!came) missing.push(plugin);
  }
  return missing;
}

/**
 * Puts ours in place: the docker plugin is built, the others are the stand-ins of this repository. Where one of them cannot
 * be had, one that Pulumi would install on demand cannot be had either.
 */
export async function provideOwn(
  plugins: readonly Plugin[],
  home: string,
  place: BuildPlace,
  progress: Progress,
): Promise<void> {
  const onDemand = plugins.length === 0 ? [] : ON_DEMAND.filter((one) => !hasPlugin(home, one));
  for (const plugin of [...plugins, ...onDemand]) {
    const target = plugin === DOCKER ? await built(DOCKER_PLUGIN, place, progress) : standIn(place.root, plugin);
    linkTo(pluginFile(home, plugin), target);
  }
}

function standIn(root: string, plugin: Plugin): string {
  return path.join(root, "toolchain", "stand-ins", plugin.name, `pulumi-resource-${plugin.name}`);
}

async function install(pulumi: string, home: string, plugin: Plugin): Promise<boolean> {
  try {
    await execa(pulumi, ["plugin", "install", "resource", plugin.name, plugin.version], {
      env: { PULUMI_HOME: home, PULUMI_SKIP_UPDATE_CHECK: "true" },
      stdin: "ignore",
    });
    return true;
  } catch (error) {
    if (!(error instanceof ExecaError)) throw error;
    return false;
  }
}
