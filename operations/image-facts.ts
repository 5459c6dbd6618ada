import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import * as path from "node:path";
import { DockerError, inspect, type Docker } from "./docker";
import { absentFile } from "./absent-file";
import { cacheFolder } from "./cache-folder";

/** What an image says of itself. */
export interface ImageFacts {
  entrypoint: string[];
  cmd: string[];
  /** Empty is root. */
  user: string;
  /** Of the source that it was built from, where the build says so. */
  commit?: string;
  /** Undefined while the image is not on this host, where it could be tried. */
  shell?: boolean;
}

interface Inspected {
  Config: { Entrypoint: string[] | null; Cmd: string[] | null; User: string; Labels?: Record<string, string> | null };
}

/** The facts of a pinned image that the Docker host has; kept by digest, for they never change. */
export async function imageFacts(docker: Docker, pinned: string): Promise<ImageFacts | undefined> {
  const kept = path.join(cacheFolder(), "images", `${pinned.slice(pinned.indexOf("@") + 1).replace(":", "-")}.json`);
  const known = await readFile(kept, "utf8").catch(absentFile);
  if (known) return JSON.parse(known) as ImageFacts;
  const [image] = await inspect<Inspected>(docker, "image", [pinned]);
  if (!image) return undefined;
  const { Entrypoint, Cmd, User, Labels } = image.Config;
  const commit = Labels?.["org.opencontainers.image.revision"];
  const facts: ImageFacts = {
    entrypoint: Entrypoint ?? [],
    cmd: Cmd ?? [],
    user: User,
    ...(commit !== undefined && { commit }),
    shell: await hasShell(docker, pinned),
  };
  await mkdir(path.dirname(kept), { recursive: true });
  await writeFile(`${kept}.${process.pid}`, JSON.stringify(facts));
  await rename(`${kept}.${process.pid}`, kept);
  return facts;
}

async function hasShell(docker: Docker, pinned: string): Promise<boolean> {
  try {
    await docker(["run", "--rm", "--network", "none", "--user", "0", "--entrypoint", "/bin/sh", pinned, "-c", ":"]);
    return true;
  } catch (error) {
    if (error instanceof DockerError && /\/bin\/sh.*no such file|executable file not found/is.test(error.said))
      return false;
    throw error;
  }
}
