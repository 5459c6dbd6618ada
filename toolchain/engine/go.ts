import { readFileSync } from "node:fs";
import * as path from "node:path";
import { OperationError } from "../../operations/operation-error";
import { OLDEST_GO } from "./pins";
import { isExecutable, onPath } from "./programs";
import { atLeast } from "./versions";

export interface Go {
  command: string;
  /** As in "1.26.8"; from the distribution's own file, so that no process has to be started. */
  version: string;
}

const USUAL_PLACE = "/usr/local/go/bin/go";

/** The Go on PATH, or where its installer puts it. */
export function findGo(env: NodeJS.ProcessEnv): Go | undefined {
  const command = onPath("go", env) ?? (isExecutable(USUAL_PLACE) ? USUAL_PLACE : undefined);
  return command === undefined ? undefined : { command, version: goVersion(command) };
}

/** Throws where there is no Go that can build the modules. */
export function usableGo(go: Go | undefined): Go {
  if (go && atLeast(go.version, OLDEST_GO)) return go;
  throw new OperationError(
    [
      go
        ? `Go ${go.version} (${go.command}) is too old to build the engine`
        : "There is no Go to build the engine with",
      `  Without a download Pulumi is built here, and that takes Go ${OLDEST_GO} or newer.`,
      `  Install Go from https://go.dev/dl/ (it may lie in /usr/local/go), or put Pulumi on PATH, and start again.`,
    ].join("\n"),
  );
}

function goVersion(command: string): string {
  try {
    const text = readFileSync(path.join(path.dirname(command), "..", "VERSION"), "utf8");
    return /^go(\S+)/.exec(text)?.[1] ?? "unknown";
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return "unknown";
    throw error;
  }
}
