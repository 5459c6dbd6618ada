import { setTimeout as pause } from "node:timers/promises";
import type { Docker } from "../operations/docker";

export interface LocalRegistryOptions {
  /** The registry image's tag, as ensureImages gives it. */
  image: string;
  /** Port on the Docker host's loopback. @default 5000 */
  port?: number;
  /** Its container and its volume. @default "tidemark-registry" */
  name?: string;
}

interface Container {
  id: string;
  image: string;
  state: string;
  ports: string;
  role: string;
}

/**
 * Sees to it that the Docker host runs a registry on its loopback, with this image and on this port.
 * @returns How images in it are named. @example "127.0.0.1:5000"
 */
export async function ensureLocalRegistry(docker: Docker, options: LocalRegistryOptions): Promise<string> {
  const { image, port = 5000, name = "tidemark-registry" } = options;
  const published = `127.0.0.1:${port}->5000/tcp`;
  const found = await find(docker, name);
  if (found && found.role !== "registry") {
    throw new Error(`A container named ${name} is there that Tidemark did not make.
  Rename it: docker rename ${name} OTHER-NAME`);
  }
  const right = found !== undefined && found.image === image && found.state === "running" && found.ports === published;
  if (!right) {
    if (found) await docker(["rm", "--force", found.id]);
    await run(docker, image, port, name);
  }
  await answering(docker, name, 15_000);
  return `127.0.0.1:${port}`;
}

/**
 * Puts an image of the Docker host into a registry.
 * @param image Its tag there. @example "tidemark-redis:8-3f1b516a45b7"
 * @param registry Host, port and path that go before the tag. @example "127.0.0.1:5000"
 * @returns Its pinned name. @example "127.0.0.1:5000/tidemark-redis:8-3f1b516a45b7@sha256:…"
 */
export async function push(docker: Docker, image: string, registry: string): Promise<string> {
  const name = `${registry}/${image}`;
  await docker(["tag", image, name]);
  await docker(["push", "--quiet", name], { timeoutMs: 900_000 });
  const repository = name.slice(0, name.lastIndexOf(":"));
  const digests = (await docker(["image", "inspect", "--format", '{{join .RepoDigests "\\n"}}', name]))
    .trim()
    .split("\n");
  const digest = digests.find((one) => one.startsWith(`${repository}@`))?.slice(repository.length + 1);
  if (!digest)
    throw new Error(`${name} was pushed, but Docker knows no digest of it: ${digests.join(", ") || "(none)"}`);
  return `${name}@${digest}`;
}

async function find(docker: Docker, name: string): Promise<Container | undefined> {
  const format = '{{.ID}}\t{{.Image}}\t{{.State}}\t{{.Ports}}\t{{.Label "tidemark.role"}}';
  const line = await docker(["container", "ls", "--all", "--filter", `name=^/${name}$`, "--format", format]);
  if (line.trim() === "") return undefined;
  const [id = "", image = "", state = "", ports = "", role = ""] = line.replace(/\n$/, "").split("\t");
  return { id, image, state, ports, role };
}

async function run(docker: Docker, image: string, port: number, name: string): Promise<void> {
  const isolation = ["--read-only", "--cap-drop", "ALL", "--security-opt", "no-new-privileges"];
  const log = ["--log-opt", "max-size=5m", "--log-opt", "max-file=2"];
  const place = ["--publish", `127.0.0.1:${port}:5000`, "--volume", `${name}:/var/lib/registry`];
  const identity = ["--name", name, "--label", "tidemark.role=registry", "--restart", "always"];
  try {
    await docker(["run", "--detach", ...identity, ...place, ...isolation, ...log, image]);
  } catch (error) {
    // Docker leaves the container behind that it could not publish.
    await docker(["rm", "--force", name]);
    if (!(error instanceof Error) || !/already allocated|already in use/.test(error.message)) throw error;
    throw new Error(`Port ${port} of the Docker host is taken, and the local registry needs one.
  Set another port for it, or stop what has this one: ss -ltnp 'sport = :${port}'`);
  }
}

// Asked inside the container, for the loopback of the Docker host may not be this machine's.
async function answering(docker: Docker, name: string, limitMs: number): Promise<void> {
  const end = Date.now() + limitMs;
  for (;;) {
    try {
      await docker(["exec", name, "bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/5000"], { timeoutMs: 5_000 });
      return;
    } catch (error) {
      if (Date.now() > end) throw error;
      await pause(200);
    }
  }
}
