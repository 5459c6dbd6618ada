import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import type { Docker } from "../operations/docker";

/** Debian trixie on the Docker host, under one name wherever it came from. */
export const ROOT_IMAGE = "tidemark-root:trixie";
const PULLED_IMAGE = "debian:trixie-slim";

/** Where the root image came from, and why. */
export interface Root {
  image: string;
  from: "there" | "pulled" | "made";
  why: string;
}

/** What this machine can do towards making the root image itself. */
export interface Maker {
  hasMmdebstrap: boolean;
  /** Root on Debian or Ubuntu: a missing mmdebstrap can be installed. */
  canInstall: boolean;
  /** This machine's and the Docker host's processor, in Docker's words. */
  arch: string;
  dockerArch: string;
}

export type Way = { make: "at once" | "after install" } | { refusal: string };

/** How to make the root image when it could not be pulled. */
export function chooseWay(maker: Maker, pullError: string): Way {
  const cannot = (why: string, fix: string) => ({
    refusal: `${PULLED_IMAGE} could not be pulled (${pullError}), and ${why}\n  ${fix}`,
  });
  if (maker.arch !== maker.dockerArch) {
    return cannot(
      `a ${maker.arch} machine does not make it for a ${maker.dockerArch} Docker host.`,
      `Let the Docker host reach a registry that has it, or load it there: docker tag IMAGE ${ROOT_IMAGE}`,
    );
  }
  if (maker.hasMmdebstrap) return { make: "at once" };
  if (maker.canInstall) return { make: "after install" };
  return cannot(
    "mmdebstrap, which makes it from Debian's packages, is missing.",
    "Install it: sudo apt-get install mmdebstrap",
  );
}

/** The machine that this program runs on, as far as making the root image goes. */
export interface Workshop {
  look(docker: Docker): Promise<Maker>;
  install(): Promise<void>;
  /** A tar of Debian trixie's smallest useful root file system. */
  make(): Promise<Buffer>;
}

/** Sees to it that the Docker host has the root image. */
export async function ensureRoot(docker: Docker, workshop: Workshop = thisMachine): Promise<Root> {
  if (await imageId(docker, ROOT_IMAGE))
    return { image: ROOT_IMAGE, from: "there", why: "the Docker host has it already" };
  const pullError = await pull(docker);
  if (pullError === undefined) {
    await docker(["tag", PULLED_IMAGE, ROOT_IMAGE]);
    return { image: ROOT_IMAGE, from: "pulled", why: `the Docker host has ${PULLED_IMAGE}` };
  }
  const way = chooseWay(await workshop.look(docker), pullError);
  if ("refusal" in way) throw new Error(way.refusal);
  if (way.make === "after install") await workshop.install();
  await docker(["import", "-", ROOT_IMAGE], { input: await workshop.make(), timeoutMs: 300_000 });
  return { image: ROOT_IMAGE, from: "made", why: `${PULLED_IMAGE} could not be pulled: ${pullError}` };
}

/** The image's id on the Docker host, or nothing when it is not there. */
export async function imageId(docker: Docker, reference: string): Promise<string | undefined> {
  return (await docker(["image", "ls", "--quiet", "--no-trunc", reference])).trim().split("\n")[0] || undefined;
}

// Whatever made the pull fail, the answer is the same: make the image. A dead daemon fails the next call again.
async function pull(docker: Docker): Promise<string | undefined> {
  if (await imageId(docker, PULLED_IMAGE)) return undefined;
  try {
    await docker(["pull", "--quiet", PULLED_IMAGE], { timeoutMs: 180_000 });
    return undefined;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return error.message.trim().split("\n").at(-1) ?? "";
  }
}

const architectures: Partial<Record<NodeJS.Architecture, string>> = { x64: "amd64", ia32: "386" };

const thisMachine: Workshop = {
  async look(docker) {
    const has = async (command: string) => (await execa("which", [command], { reject: false })).exitCode === 0;
    return {
      hasMmdebstrap: await has("mmdebstrap"),
      canInstall: process.getuid?.() === 0 && (await has("apt-get")),
      arch: architectures[process.arch] ?? process.arch,
      dockerArch: (await docker(["version", "--format", "{{.Server.Arch}}"])).trim(),
    };
  },
  async install() {
    const env = { DEBIAN_FRONTEND: "noninteractive" };
    await execa("apt-get", ["update", "-q"], { env });
    await execa("apt-get", ["install", "-y", "--no-install-recommends", "mmdebstrap", "debian-archive-keyring"], {
      env,
    });
  },
  async make() {
    const folder = await mkdtemp(join(tmpdir(), "tidemark-root-"));
    try {
      const tar = join(folder, "root.tar");
      await execa("mmdebstrap", ["--quiet", "--variant=minbase", "trixie", tar], { timeout: 600_000 });
      return await readFile(tar);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};
