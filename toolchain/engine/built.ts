import { readdirSync } from "node:fs";
import { cp, rm } from "node:fs/promises";
import * as path from "node:path";
import { execa, ExecaError } from "execa";
import { OperationError } from "../../operations/operation-error";
import type { Progress, Say } from "../progress";
import { contentKey } from "./content-key";
import { type Go, usableGo } from "./go";
import { makeOnce } from "./make-once";
import { GO_PROGRAMS, type GoProgram } from "./pins";

export interface BuildPlace {
  /** The repository's root. */
  root: string;
  /** Where built programs are kept. */
  cache: string;
  go: Go | undefined;
}

/** The program's executable, built now if these sources have not been built with this Go. */
export async function built(program: GoProgram, place: BuildPlace, progress: Progress): Promise<string> {
  const source = path.join(place.root, "toolchain", "engine", program.folder);
  const earlier = place.go ? undefined : builtWithAnyGo(program, source, place.cache);
  if (earlier) return path.join(earlier, program.program);
  const go = usableGo(place.go);
  const folder = path.join(place.cache, `${nameOf(program, source)}-go${go.version}`);
  await makeOnce(
    folder,
    (temporary) =>
      progress.step(title(program), program.usualSeconds, (say) => build(program, source, temporary, go, say)),
    (holder) => progress.note(`Waiting for ${holder}, which is building ${program.title} already`),
  );
  return path.join(folder, program.program);
}

function title(program: GoProgram): string {
  return `Building ${program.title} (${GO_PROGRAMS.indexOf(program) + 1} of ${GO_PROGRAMS.length})`;
}

function nameOf(program: GoProgram, source: string): string {
  return `${program.folder}-${contentKey(source, program)}-${process.platform}-${process.arch}`;
}

function builtWithAnyGo(program: GoProgram, source: string, cache: string): string | undefined {
  const start = `${nameOf(program, source)}-go`;
  try {
    const name = readdirSync(cache).find((one) => one.startsWith(start) && !/\.(lock|part|dead|\d+)$/.test(one));
    return name && path.join(cache, name);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}

async function build(program: GoProgram, source: string, into: string, go: Go, say: Say): Promise<void> {
  // Built from a copy: Go may read go.mod while the checkout is being switched to another branch.
  const copy = path.join(into, "source");
  await cp(source, copy, { recursive: true });
  const target = path.join(into, program.program);
  const args = ["build", "-v", "-trimpath", "-ldflags", program.linkerFlags, "-o", target, program.source];
  const child = execa(go.command, args, {
    cwd: copy,
    // Another Go must not be fetched in silence, and the committed go.sum decides what is built.
    env: { GOTOOLCHAIN: "local", GOFLAGS: "-mod=readonly -buildvcs=false", GOWORK: "off" },
    stdin: "ignore",
  });
  let packages = 0;
  child.stderr.on("data", (chunk: Buffer) => {
    packages += chunk.toString().split("\n").length - 1;
    say(`${packages} packages fetched or compiled`);
  });
  try {
    await child;
  } catch (error) {
    if (!(error instanceof ExecaError)) throw error;
    throw new OperationError(failure(program, error as ExecaError));
  }
  await rm(copy, { recursive: true });
}

function failure(program: GoProgram, error: ExecaError): string {
  const said = String(error.stderr)
    .split("\n")
    .filter((line) => !/^(go: downloading |[\w.-]+(\/[\w.-]+)*$)/.test(line));
  return [
    `${program.title} could not be built: ${error.shortMessage.split("\n")[0]}`,
    ...said.slice(-12).map((line) => `  ${line}`),
    "  Modules come as Go is set up (go env GOPROXY). Put that right, or put Pulumi on PATH, and start again.",
  ].join("\n");
}
