import * as path from "node:path";
import { cacheFolder } from "../../operations/cache-folder";
import { type Docker, dockerAt, DockerError } from "../../operations/docker";
import { OperationError } from "../../operations/operation-error";
import { onPath } from "../engine/programs";
import type { Progress } from "../progress";
import { daemon, gatherFacts } from "./docker-facts";
import { remedy } from "./docker-remedy";
import { installDocker } from "./install-docker";
import { startByHand, startBySystemd } from "./start-docker";

export interface DockerHost {
  docker: Docker;
  /** As in DOCKER_HOST; undefined when the docker command's own context decides. */
  host?: string;
  /** Version of the engine that answers. */
  version: string;
}

const ANSWER_MS = 20_000;
const INSTALL_SECONDS = 60;
const START_SECONDS = 5;

/** The engine that `docker` reaches. Where this machine should have one and has none, it is installed and started. */
export async function ensureDocker(progress: Progress, settings: { host?: string } = {}): Promise<DockerHost> {
  const docker = dockerAt(settings.host);
  const first = await ask(docker);
  if (first.version) return { docker, host: settings.host, version: first.version };
  const next = remedy(await gatherFacts(settings.host, first.said));
  if (next.kind === "refuse") throw new OperationError(next.message);
  if (next.kind === "install") {
    progress.note("There is no Docker engine here: Debian's docker.io and iptables are installed");
    await progress.step("Installing Docker", INSTALL_SECONDS, () => installDocker());
  }
  // Its package starts it where an init runs.
  const installed = next.kind === "install" ? await ask(docker) : first;
  if (installed.version) return { docker, host: settings.host, version: installed.version };
  const then = next.kind === "start" ? next : remedy(await gatherFacts(settings.host, installed.said));
  if (then.kind !== "start")
    throw new OperationError("Docker was installed and its daemon is not there; see apt-get's log");
  const by = then.by === "hand" ? "by hand, for no init runs here" : "by systemd";
  progress.note(`The Docker engine does not run: it is started ${by}`);
  const log = path.join(cacheFolder(), "dockerd.log");
  const answers = async (): Promise<string | undefined> => (await ask(docker)).version;
  const version = await progress.step("Starting Docker", START_SECONDS, () =>
    then.by === "hand" ? startByHand(daemon() ?? "dockerd", log, answers) : startBySystemd(answers),
  );
  return { docker, host: settings.host, version };
}

/** The engine's version, or what `docker` said instead; neither where there is no docker command. */
async function ask(docker: Docker): Promise<{ version?: string; said?: string }> {
  if (!onPath("docker", process.env)) return {};
  try {
    return { version: await docker(["version", "--format", "{{.Server.Version}}"], { timeoutMs: ANSWER_MS }) };
  } catch (error) {
    if (!(error instanceof DockerError)) throw error;
    return { said: error.said };
  }
}
