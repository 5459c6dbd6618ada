import { execa, ExecaError } from "execa";
import { OperationError } from "../../operations/operation-error";
import { onPath } from "../engine/programs";

const ENVIRONMENT = { DEBIAN_FRONTEND: "noninteractive" };
// Another apt-get on a new machine is its own first update: worth waiting for.
const INSTALL = ["-o", "DPkg::Lock::Timeout=180", "install", "-y", "--no-install-recommends"];

export async function installDocker(): Promise<void> {
  await apt(["update"]);
  await apt([...INSTALL, "docker.io", "iptables"]);
  // From Debian 13 on the command is a package of its own.
  if (!onPath("docker", process.env)) await apt([...INSTALL, "docker-cli"]);
}

async function apt(args: readonly string[]): Promise<void> {
  try {
    await execa("apt-get", args, { env: ENVIRONMENT, stdin: "ignore" });
  } catch (error) {
    if (!(error instanceof ExecaError)) throw error;
    const said = String(error.stderr).trim().split("\n").slice(-5);
    throw new OperationError(
      [
        `apt-get ${args.at(-1)} failed while Docker was installed`,
        ...said.map((line) => `  ${line}`),
        "  Put that right (apt-get update must work), or install Docker yourself, and start again.",
      ].join("\n"),
    );
  }
}
