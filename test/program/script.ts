import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa, type ResultPromise } from "execa";

/** One of the small programs for a container, run on this machine with its fixed places moved into a folder of its own. */
export interface Bench {
  folder: string;
  /** A path in the folder. */
  at(...parts: string[]): string;
  write(path: string, text: string): Promise<void>;
  read(path: string): Promise<string>;
  /** Starts it with a PATH, or another environment, of the test's choice. */
  start(argv: readonly string[], env?: Record<string, string>): Script;
}

export type Script = ResultPromise<{ reject: false; extendEnv: false; timeout: 10_000; env: Record<string, string> }>;

const PLACES = ["/run/secrets/environment", "/tmp/.tidemark-reached", "/proc/net/tcp6", "/proc/net/tcp"];

export async function bench(
  script: string,
  body: (bench: Bench) => Promise<void>,
  folderOf = "processes",
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "tidemark-script-"));
  const at = (...parts: string[]): string => join(folder, ...parts);
  try {
    const original = await readFile(join(__dirname, "../../components", folderOf, `${script}.sh`), "utf8");
    const moved = PLACES.reduce(
      (text, place) => text.replaceAll(new RegExp(`${place}(?![\\w.])`, "g"), at(place.slice(1))),
      original,
    );
    await mkdir(at("run/secrets"), { recursive: true });
    await mkdir(at("proc/net"), { recursive: true });
    await mkdir(at("tmp"), { recursive: true });
    await writeFile(at("script"), moved);
    await body({
      folder,
      at,
      write: (path, text) => writeFile(at(path), text),
      read: (path) => readFile(at(path), "utf8"),
      start: (argv, env = {}) =>
        execa("/bin/sh", [at("script"), ...argv], {
          reject: false,
          extendEnv: false,
          timeout: 10_000,
          env: { PATH: process.env.PATH ?? "", ...env },
        }),
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A PATH that holds these programs and no other. */
export async function onlyThese(folder: string, programs: Record<string, string>): Promise<string> {
  const bin = await mkdtemp(join(folder, "bin-"));
  for (const [name, target] of Object.entries(programs)) await symlink(target, join(bin, name));
  return bin;
}
