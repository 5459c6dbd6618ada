import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "pg";

import { freePort } from "./gate";

const superuser = { user: "keeper", password: "the keeper's password" };

/** A PostgreSQL server of its own on a free port of this machine. Nothing of it stays once it is stopped. */
export class Cluster {
  private constructor(
    readonly port: number,
    private readonly server: ChildProcess,
    private readonly dir: string,
  ) {}

  readonly host = "127.0.0.1";
  readonly username = superuser.user;
  readonly password = superuser.password;

  static async start(): Promise<Cluster> {
    const bin = programs();
    const dir = mkdtempSync(join(tmpdir(), "tidemark-postgres-"));
    const data = join(dir, "data");
    const passwordFile = join(dir, "password");
    writeFileSync(passwordFile, superuser.password, { mode: 0o600 });
    const identity = unprivileged();
    if (identity) for (const path of [dir, passwordFile]) chownSync(path, identity.uid, identity.gid);
    execFileSync(
      join(bin, "initdb"),
      // prettier-ignore
      ["-D", data, "-U", superuser.user, "--pwfile", passwordFile, "-A", "scram-sha-256", "-E", "UTF8", "--locale", "C.UTF-8", "-N"],
      { ...identity, cwd: dir, stdio: ["ignore", "ignore", "inherit"] },
    );
    const port = await freePort();
    const settings = [`port=${port}`, "listen_addresses=127.0.0.1", `unix_socket_directories=${dir}`, "fsync=off"];
    const options = settings.flatMap((setting) => ["-c", setting]);
    const server = spawn(join(bin, "postgres"), ["-D", data, ...options], { ...identity, cwd: dir, stdio: "ignore" });
    // Where a test run is cut short, nothing else would stop it.
    process.once("exit", () => server.kill("SIGINT"));
    const cluster = new Cluster(port, server, dir);
    await cluster.answers();
    return cluster;
  }

  /** Asks the server itself, not Pulumi. */
  async ask<Row = Record<string, unknown>>(text: string, as: Login = {}): Promise<Row[]> {
    const client = new Client({ host: this.host, port: this.port, ...superuser, database: "postgres", ...as });
    await client.connect();
    try {
      return (await client.query(text)).rows as Row[];
    } finally {
      await client.end();
    }
  }

  async stop(): Promise<void> {
    if (this.server.exitCode === null) {
      const ended = new Promise((resolve) => this.server.once("exit", resolve));
      this.server.kill("SIGINT");
      await ended;
    }
    rmSync(this.dir, { recursive: true, force: true });
  }

  private async answers(): Promise<void> {
    for (let waited = 0; ; waited += 100) {
      try {
        await this.ask("SELECT 1");
        return;
      } catch (failure) {
        if (waited > 20_000 || this.server.exitCode !== null) {
          await this.stop();
          throw failure;
        }
        await sleep(100);
      }
    }
  }
}

export interface Login {
  user?: string;
  password?: string;
  database?: string;
}

function programs(): string {
  const debian = "/usr/lib/postgresql";
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : [];
  const places = [
    ...versions.map((version) => join(debian, version, "bin")),
    ...(process.env["PATH"] ?? "").split(":"),
  ];
  const found = places.find((place) => existsSync(join(place, "initdb")) && existsSync(join(place, "postgres")));
  if (found) return found;
  throw new Error(
    "These tests need a PostgreSQL server. Install Debian's package `postgresql` (apt-get install postgresql).",
  );
}

/** PostgreSQL refuses to run as root; Debian's package brings a user for it. */
function unprivileged(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const id = (which: string): number => Number(execFileSync("id", [which, "postgres"], { encoding: "utf8" }));
  return { uid: id("-u"), gid: id("-g") };
}
