import { execa, ExecaError } from "execa";
import { OperationError } from "./operation-error";

/** The one door to the docker command. Arguments are a list; no shell reads them. */
export type Docker = (
  args: readonly string[],
  options?: {
    input?: string | Buffer;
    timeoutMs?: number;
    /** What it says on standard error is part of the answer: there it puts what a container said on its own. */
    all?: boolean;
  },
) => Promise<string>;

/** @param host as in DOCKER_HOST; without it the docker command's own context decides. */
export function dockerAt(host?: string): Docker {
  return async (args, options = {}) => {
    try {
      const { stdout, all } = await execa("docker", [...(host ? ["--host", host] : []), ...args], {
        ...(options.input === undefined ? { stdin: "ignore" as const } : { input: options.input }),
        all: options.all ?? false,
        timeout: options.timeoutMs ?? 60_000,
        stripFinalNewline: true,
        maxBuffer: 64 * 1024 * 1024,
      });
      return all ?? stdout;
    } catch (error) {
      if (!(error instanceof ExecaError)) throw error;
      throw new DockerError(
        args,
        whatWasSaid(args, String(error.stdout), String(error.stderr || error.shortMessage)),
        error.exitCode,
      );
    }
  };
}

/** A build tells on standard output what went wrong, and on standard error only that something did. */
function whatWasSaid(args: readonly string[], stdout: string, said: string): string {
  return args[0] === "build" ? `${stdout.split("\n").slice(-12).join("\n")}\n${said}` : said;
}

export class DockerError extends OperationError {
  constructor(
    readonly args: readonly string[],
    readonly said: string,
    readonly exitCode: number | undefined,
  ) {
    super(`docker ${args.slice(0, 3).join(" ")}: ${said.trim() || "ended without a word"}`);
  }

  /** True for "there is no such object", and for nothing else: a dead daemon must not read as an absent volume. */
  get absent(): boolean {
    return (
      /no such|not found/i.test(this.said) &&
      !/cannot connect|error during connect|failed to initialize/i.test(this.said)
    );
  }
}

/** What `docker … inspect` says of the objects that exist among these; an absent one is left out. */
export async function inspect<T>(docker: Docker, kind: string, names: readonly string[]): Promise<T[]> {
  if (names.length === 0) return [];
  try {
    return JSON.parse(await docker([kind, "inspect", ...names])) as T[];
  } catch (error) {
    if (!(error instanceof DockerError) || !error.absent) throw error;
    if (names.length === 1) return [];
    return (await Promise.all(names.map((name) => inspect<T>(docker, kind, [name])))).flat();
  }
}

/** Removes an object; that it is gone already is forgiven, nothing else is. */
export async function remove(
  docker: Docker,
  kind: string,
  names: readonly string[],
  ...flags: string[]
): Promise<void> {
  for (const name of names) {
    try {
      await docker([kind, "rm", ...flags, name]);
    } catch (error) {
      if (!(error instanceof DockerError) || !error.absent) throw error;
    }
  }
}

/** False for what is still in use; that it is gone already is forgiven. */
export async function removeUnlessUsed(docker: Docker, kind: string, name: string): Promise<boolean> {
  try {
    await remove(docker, kind, [name]);
    return true;
  } catch (error) {
    if (error instanceof DockerError && /in use/.test(error.said)) return false;
    throw error;
  }
}

/** Containers of a service on this host; those that ended too, where they are asked for. */
export async function containersOf(docker: Docker, service: string, ...flags: "--all"[]): Promise<string[]> {
  return lines(docker, ["ps", ...flags, "--quiet", "--filter", `label=com.docker.swarm.service.name=${service}`]);
}

export async function lines(docker: Docker, args: readonly string[]): Promise<string[]> {
  return (await docker(args)).split("\n").filter(Boolean);
}
