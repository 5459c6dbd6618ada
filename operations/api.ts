import { spawn } from "node:child_process";
import { request } from "node:http";
import { Duplex } from "node:stream";
import { text } from "node:stream/consumers";
import { OperationError } from "./operation-error";

/**
 * Docker's own interface, for what its command has no words for, a service's whole specification above all, and for what
 * is asked at every start: a process for each question would be most of the time.
 */
export type Api = (method: "GET" | "POST" | "DELETE", path: string, body?: unknown) => Promise<unknown>;

/** What Docker's interface refused. */
export class ApiError extends OperationError {
  constructor(
    method: string,
    path: string,
    readonly status: number,
    readonly said: string,
  ) {
    super(`Docker, asked to ${method} ${path.split("?")[0]}: ${said}`);
  }
}

const LIMIT_MS = 30_000;

/** @param host as in DOCKER_HOST; whatever is no socket of this machine is reached as the docker command reaches it. */
export function apiAt(host: string): Api {
  return async (method, path, body) => {
    const sent = body === undefined ? undefined : JSON.stringify(body);
    const headers = { Host: "docker", ...(sent !== undefined && { "Content-Type": "application/json" }) };
    const { way, leave } = wayTo(host);
    try {
      const { status, said } = await new Promise<{ status: number; said: string }>((resolve, reject) => {
        const asked = request({ ...way, method, path, headers, timeout: LIMIT_MS }, (answer) => {
          text(answer).then((said) => resolve({ status: answer.statusCode ?? 0, said }), reject);
        });
        asked.on("timeout", () => asked.destroy(new Error(`no answer in ${LIMIT_MS / 1000} s`)));
        asked.on("error", (error) => reject(new OperationError(`Docker at ${host} does not answer: ${error.message}`)));
        asked.end(sent);
      });
      if (status >= 400) throw new ApiError(method, path, status, message(said));
      return said === "" ? undefined : (JSON.parse(said) as unknown);
    } finally {
      leave();
    }
  };
}

/** The query for objects that have all these labels. */
export function byLabels(...label: string[]): string {
  return `filters=${encodeURIComponent(JSON.stringify({ label }))}`;
}

function wayTo(host: string): { way: object; leave: () => void } {
  if (host.startsWith("unix://")) return { way: { socketPath: host.slice("unix://".length) }, leave: () => undefined };
  const child = spawn("docker", ["--host", host, "system", "dial-stdio"], { stdio: ["pipe", "pipe", "ignore"] });
  const createConnection = (): Duplex => Duplex.from({ readable: child.stdout, writable: child.stdin });
  return { way: { agent: false, createConnection }, leave: () => void child.kill() };
}

function message(said: string): string {
  try {
    return (JSON.parse(said) as { message: string }).message;
  } catch {
    return said.trim();
  }
}
