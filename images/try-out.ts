import { randomBytes } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { execa } from "execa";
import { ensureImages } from "./build";
import type { CatalogueOptions, ImageName } from "./catalogue";
import { DockerError, dockerAt } from "../operations/docker";

/** What a command in a container came to. */
export interface Outcome {
  code: number;
  output: string;
}

/** Throw-away containers and volumes of one image, for the tests on a real Docker. */
export interface TryOut {
  image: string;
  /** Makes an empty volume; of that size it is in memory, and lost with the last container that has it. */
  volume(bytes?: number): Promise<string>;
  /** Makes a volume with one file in it, which everybody may read unless a mode is given. */
  secret(file: string, content: string, mode?: string): Promise<string>;
  /** Runs a container to its end. */
  run(flags: readonly string[], command: readonly string[], input?: string): Promise<Outcome>;
  /** Starts a container and leaves it running. */
  start(flags: readonly string[], command: readonly string[]): Promise<string>;
  /** Runs a command in a running container. */
  inside(container: string, command: readonly string[], flags?: readonly string[]): Promise<Outcome>;
  /** Runs a shell line as root on a volume that is mounted at /v. */
  onVolume(volume: string, line: string, input?: string): Promise<string>;
  /** Everything that Docker tells of a container: its description, its processes, its log. */
  tellTale(container: string): Promise<string>;
}

export const docker = dockerAt();

/** Builds the image where it is missing, lends a try-out, and removes all that was made with it. */
export async function tryOut(
  name: Exclude<ImageName, "base">,
  body: (its: TryOut) => Promise<void>,
  options: CatalogueOptions = {},
): Promise<void> {
  const image = (await ensureImages(docker, { ...options, images: [name] })).find((one) => one.name === name)!.tag;
  const prefix = `tidemark-try-${randomBytes(4).toString("hex")}`;
  const containers: string[] = [];
  const volumes: string[] = [];
  const named = (list: string[], kind: string) => {
    list.push(`${prefix}-${kind}-${list.length}`);
    return list.at(-1)!;
  };
  const its: TryOut = {
    image,
    async volume(bytes) {
      const size =
        bytes === undefined ? [] : ["--opt", "type=tmpfs", "--opt", "device=tmpfs", "--opt", `o=size=${bytes}`];
      return (await docker(["volume", "create", ...size, named(volumes, "volume")])).trim();
    },
    async secret(file, content, mode = "444") {
      const volume = await its.volume();
      await its.onVolume(volume, `cat > /v/${file} && chmod ${mode} /v/${file} && chmod 755 /v`, content);
      return volume;
    },
    async run(flags, command, input) {
      const name = named(containers, "job");
      const interactive = input === undefined ? [] : ["--interactive"];
      return outcome(["run", "--name", name, ...interactive, ...flags, image, ...command], input);
    },
    async start(flags, command) {
      const name = named(containers, "server");
      await docker(["run", "--detach", "--name", name, ...flags, image, ...command]);
      return name;
    },
    inside: (container, command, flags = []) => outcome(["exec", ...flags, container, ...command]),
    async onVolume(volume, line, input = "") {
      const flags = ["--rm", "--interactive", "--user", "0", "--volume", `${volume}:/v`, "--entrypoint", "sh"];
      return docker(["run", ...flags, image, "-c", line], { input });
    },
    async tellTale(container) {
      const { stdout, stderr } = await execa("docker", ["logs", container]);
      const top = await outcome(["top", container, "-ef"]);
      // It may have ended by now, which is no way to hide anything.
      if (top.code !== 0 && !top.output.includes("is not running")) throw new Error(top.output);
      return [await docker(["container", "inspect", container]), top.output, stdout, stderr].join("\n");
    },
  };
  try {
    await body(its);
  } finally {
    if (containers.length > 0) await docker(["rm", "--force", "--volumes", ...containers]);
    if (volumes.length > 0) await docker(["volume", "rm", "--force", ...volumes]);
  }
}

/** Asks until the answer is there. */
export async function until<T>(what: string, limitMs: number, ask: () => Promise<T | undefined | false>): Promise<T> {
  const end = Date.now() + limitMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    if (Date.now() > end) throw new Error(`not seen in ${limitMs} ms: ${what}`);
    await pause(100);
  }
}

async function outcome(args: readonly string[], input?: string): Promise<Outcome> {
  try {
    return { code: 0, output: await docker(args, { ...(input !== undefined && { input }), timeoutMs: 60_000 }) };
  } catch (error) {
    if (!(error instanceof DockerError) || error.exitCode === undefined) throw error;
    return { code: error.exitCode, output: error.said };
  }
}
