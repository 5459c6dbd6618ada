import { existsSync, readdirSync } from "node:fs";
import { execa } from "execa";
import { environment } from "../cli/project";
import { ensureImages } from "../images/build";
import { gitRepository } from "../examples/demo/repository";
import * as path from "node:path";
import { remove } from "../operations/docker";
import { OperationError } from "../operations/operation-error";
import { ensureDocker } from "../toolchain/host/docker-host";
import type { Progress } from "../toolchain/progress";

/** Debian's packages that the tests themselves need, and how each is known to be there. */
const PACKAGES: Record<string, () => boolean> = {
  postgresql: () =>
    existsSync("/usr/lib/postgresql") &&
    readdirSync("/usr/lib/postgresql").some((version) => existsSync(`/usr/lib/postgresql/${version}/bin/initdb`)),
  chromium: () => existsSync("/usr/bin/chromium"),
  iproute2: () => existsSync("/usr/sbin/ip") || existsSync("/sbin/ip"),
  openssl: () => existsSync("/usr/bin/openssl"),
  "python3-pip": () => (process.env.PATH ?? "").split(path.delimiter).some((dir) => existsSync(path.join(dir, "pip3"))),
};

const OF_A_STACK = ["PULUMI_BACKEND_URL", "PULUMI_STACK", "PULUMI_CONFIG_PASSPHRASE", "PULUMI_CONFIG_PASSPHRASE_FILE"];

/** While it is there, no test that takes its stack down takes the registry and its images with it. */
const GROUND = `tidemark-tests-${process.pid}`;

export interface Ground {
  /** What the tests' processes need in the environment. */
  env: Record<string, string>;
  giveUp(): Promise<void>;
}

/** Brings this machine to where the real tests can run. */
export async function setUp(progress: Progress): Promise<Ground> {
  await installMissing(progress);
  const env = await environment(progress);
  const { docker } = await ensureDocker(progress);
  await docker(["volume", "create", "--label", "tidemark.stack=tidemark-tests", GROUND]);
  await progress.step("Building the images", 90, (say) =>
    ensureImages(docker, { images: ["nginx", "postgres", "redis", "keeper", "logs", "registry"] }, ({ image, state }) =>
      say(`${image} ${state}`),
    ),
  );
  await gitRepository(path.resolve(__dirname, "..", ".tidemark", "demo"));
  const { PULUMI_BACKEND_URL: _, ...shared } = env;
  // A shell that evaluated `tidemark env` names a backend, a stack and a passphrase; each test has its own.
  for (const name of OF_A_STACK) delete process.env[name];
  return { env: shared, giveUp: () => remove(docker, "volume", [GROUND]) };
}

async function installMissing(progress: Progress): Promise<void> {
  const missing = Object.keys(PACKAGES).filter((name) => !PACKAGES[name]?.());
  if (missing.length === 0) return;
  if (process.getuid?.() !== 0 || !existsSync("/usr/bin/apt-get")) {
    throw new OperationError(
      `The tests need ${missing.join(", ")}.\n  Install them, such as by: sudo apt-get install ${missing.join(" ")}`,
    );
  }
  await progress.step(`Installing ${missing.join(", ")}`, 60, async () => {
    const env = { DEBIAN_FRONTEND: "noninteractive" };
    await execa("apt-get", ["update", "-q"], { env });
    await execa("apt-get", ["install", "-y", "--no-install-recommends", ...missing], { env });
  });
}
