import * as path from "node:path";
import { execa, ExecaError } from "execa";
import { LANGUAGE_HOST, PULUMI_VERSION } from "./pins";
import { isExecutable, onPath } from "./programs";
import { atLeast } from "./versions";

const ANSWER_MS = 30_000;

export interface Installed {
  bin: string;
  version: string;
}

/** The Pulumi on PATH, or why it is not used. */
export async function installed(env: NodeJS.ProcessEnv, cache: string): Promise<Installed | string> {
  const pulumi = onPath("pulumi", env, cache);
  if (!pulumi) return "no pulumi on PATH";
  const version = await versionOf(pulumi);
  if (!version) return `pulumi on PATH (${pulumi}) does not run`;
  if (!atLeast(version, PULUMI_VERSION)) return `pulumi ${version} on PATH is older than ${PULUMI_VERSION}`;
  const bin = path.dirname(pulumi);
  if (!isExecutable(path.join(bin, LANGUAGE_HOST.program)) && !onPath(LANGUAGE_HOST.program, env, cache)) {
    return `pulumi ${version} on PATH has no ${LANGUAGE_HOST.program} beside it`;
  }
  return { bin, version };
}

/** Undefined for what only looks like Pulumi, such as a launcher that fails to download the real one. */
async function versionOf(pulumi: string): Promise<string | undefined> {
  try {
    const { stdout } = await execa(pulumi, ["version"], {
      env: { PULUMI_SKIP_UPDATE_CHECK: "true" },
      stdin: "ignore",
      timeout: ANSWER_MS,
    });
    return stdout.trim().replace(/^v/, "");
  } catch (error) {
    if (!(error instanceof ExecaError)) throw error;
    return undefined;
  }
}
