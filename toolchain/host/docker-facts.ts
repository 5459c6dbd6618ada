import { existsSync, readFileSync } from "node:fs";
import { execa } from "execa";
import { onPath } from "../engine/programs";

/** What there is on this machine, where no Docker engine answered. */
export interface DockerFacts {
  /** What `docker` was told to reach, as in DOCKER_HOST, when that is not this machine's own socket. */
  elsewhere?: string;
  /** What `docker` said when it was asked; undefined where there is no such command. */
  said?: string;
  hasDaemon: boolean;
  root: boolean;
  /** ID and ID_LIKE of /etc/os-release, e.g. ["ubuntu", "debian"]. */
  system: string[];
  /** Does systemd run here? */
  systemd: boolean;
}

const DAEMON_PATH = ["/usr/sbin", "/usr/local/sbin", "/sbin", "/usr/bin", "/usr/local/bin"].join(":");

export async function gatherFacts(host: string | undefined, said: string | undefined): Promise<DockerFacts> {
  return {
    elsewhere: notOwnSocket(host ?? process.env.DOCKER_HOST ?? (said === undefined ? undefined : await contextHost())),
    said,
    hasDaemon: daemon() !== undefined,
    root: process.getuid?.() === 0,
    system: existsSync("/etc/os-release") ? systemIds(readFileSync("/etc/os-release", "utf8")) : [],
    systemd: existsSync("/run/systemd/system"),
  };
}

/** The daemon's executable; often in a folder that is not on a person's PATH. */
export function daemon(): string | undefined {
  return onPath("dockerd", { PATH: `${process.env.PATH ?? ""}:${DAEMON_PATH}` });
}

export function systemIds(osRelease: string): string[] {
  const value = (key: string): string[] =>
    new RegExp(`^${key}="?([^"\\n]*)"?$`, "m").exec(osRelease)?.[1]?.split(" ") ?? [];
  return [...value("ID"), ...value("ID_LIKE")].filter(Boolean);
}

function notOwnSocket(host: string | undefined): string | undefined {
  return host && !/^unix:\/\/(\/var)?\/run\/docker\.sock$/.test(host) ? host : undefined;
}

async function contextHost(): Promise<string | undefined> {
  const format = "{{.Endpoints.docker.Host}}";
  const { stdout, exitCode } = await execa("docker", ["context", "inspect", "--format", format], { reject: false });
  return exitCode === 0 ? stdout.trim() : undefined;
}
