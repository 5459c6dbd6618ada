import { createHash } from "node:crypto";
import { statSync } from "node:fs";
import * as path from "node:path";
import { cacheFolder } from "../../operations/cache-folder";
import type { Progress } from "../progress";
import { contentKey } from "./content-key";
import { findGo } from "./go";
import { personalHome, pluginFile } from "./home";
import { GO_PROGRAMS, LANGUAGE_HOST, ON_DEMAND, PLUGINS } from "./pins";
import { onPath } from "./programs";
import { recall, remember } from "./remembered";

export interface Engine {
  /** The folder to put first on PATH. */
  bin: string;
  /** PULUMI_HOME. */
  home: string;
  source: "path" | "download" | "built";
  version: string;
  /** Which was chosen and why, in one line. */
  why: string;
}

/** What the choice is made from. */
export interface Surroundings {
  /** The repository's root. */
  root: string;
  env: NodeJS.ProcessEnv;
}

const REPOSITORY = path.resolve(__dirname, "..", "..");

/**
 * A Pulumi that runs this program: the one on PATH, else the official download, else one built from its Go modules.
 * The choice is kept for as long as what it depends on stays the same, so that a warm start asks nobody.
 */
export async function ensureEngine(
  progress: Progress,
  { root, env }: Surroundings = { root: REPOSITORY, env: process.env },
): Promise<Engine> {
  const cache = path.join(cacheFolder(env), "engine");
  const place = { root, cache, go: findGo(env) };
  const own = path.join(cache, `checkout-${short(root)}`);
  const file = path.join(own, "choice.json");
  const pulumi = onPath("pulumi", env, cache);
  const key = short(
    JSON.stringify([
      root,
      [...PLUGINS, ...ON_DEMAND],
      GO_PROGRAMS.map((program) => contentKey(path.join(root, "toolchain", "engine", program.folder), program)),
      place.go,
      pulumi && [pulumi, statSync(pulumi).size, statSync(pulumi).mtimeMs],
      personalHome(env, cache),
    ]),
  );
  const known = recall(file, key);
  if (known) return known;
  // Loaded only here, by require, for the loader knows no other: a warm start has no use for what downloads and builds.
  const { choose } = require("./choose") as typeof import("./choose");
  const engine = await choose({ ...place, env, own }, progress);
  remember(file, { key, engine, files: executables(engine) });
  return engine;
}

function executables({ bin, home, source }: Engine): string[] {
  const programs = source === "path" ? ["pulumi"] : ["pulumi", LANGUAGE_HOST.program];
  return [...programs.map((name) => path.join(bin, name)), ...PLUGINS.map((plugin) => pluginFile(home, plugin))];
}

function short(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}
