import { execa } from "execa";

/** The docker command line as a function: arguments in, standard output out. A failed command throws. */
export type Docker = (
  args: readonly string[],
  options?: { input?: string | Buffer; timeoutMs?: number },
) => Promise<string>;

/** What docker said when a command failed. */
export class DockerError extends Error {
  constructor(
    readonly args: readonly string[],
    readonly said: string,
    readonly exitCode?: number,
  ) {
    super(`docker ${args.slice(0, 2).join(" ")} failed: ${lastLines(said, 12)}`);
    this.name = "DockerError";
  }
}

/** @param host Where the engine is, as DOCKER_HOST says it; left out: what the shell's own docker reaches. */
export function dockerCli(host?: string): Docker {
  const env = host === undefined ? {} : { DOCKER_HOST: host };
  return async (args, { input, timeoutMs } = {}) => {
    const done = await execa("docker", args, {
      env,
      ...(input === undefined ? { stdin: "ignore" as const } : { input }),
      ...(timeoutMs === undefined ? {} : { timeout: timeoutMs }),
      reject: false,
    });
    if (done.timedOut) throw new DockerError(args, `${done.stderr}\nno answer in ${timeoutMs} ms`);
    // A build tells on standard output what went wrong, and on standard error only that something did.
    if (done.failed) {
      throw new DockerError(args, [done.stdout, done.stderr || done.originalMessage].join("\n"), done.exitCode);
    }
    return done.stdout;
  };
}

function lastLines(text: string, count: number): string {
  return text.trim().split("\n").slice(-count).join("\n");
}
