import { spawn, type ChildProcess } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rename, rm } from "node:fs/promises";
import * as http from "node:http";
import * as https from "node:https";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { execa } from "execa";
import { cacheFolder } from "../../operations/cache-folder";
import { dockerAt, inspect } from "../../operations/docker";
import { Authority } from "./authority";
import { eventually } from "./eventually";
import { freePort } from "./stack";

const MOTO = "5.2.5";
const INSTALL_MS = 480_000;

/** An S3 API server of a test's own. It listens where this host's containers reach it, and forgets all with its end. */
export class ObjectStore {
  private constructor(
    readonly endpoint: string,
    private readonly authority: Authority,
    private readonly folder: string,
    private readonly server: ChildProcess,
    private readonly front: https.Server,
  ) {}

  static async open(): Promise<ObjectStore> {
    const packages = await moto();
    const [bridge] = await inspect<{ IPAM: { Config: { Gateway?: string }[] } }>(dockerAt(), "network", ["bridge"]);
    const host = bridge?.IPAM.Config.find(({ Gateway }) => Gateway !== undefined)?.Gateway;
    if (host === undefined) throw new Error("Docker's own bridge has no address");
    const port = await freePort();
    const authority = await Authority.found();
    const folder = await mkdtemp(path.join(tmpdir(), "tidemark-objects-"));
    const behind = await freePort();
    const server = spawn("python3", ["-m", "moto.server", "-H", "127.0.0.1", "-p", String(behind)], {
      env: { ...process.env, PYTHONPATH: packages, TMPDIR: folder },
      stdio: "ignore",
    });
    const { certificate: cert, key } = await authority.certify(host);
    // Its own TLS ends connections without a word, which clients take for an attack.
    const front = https.createServer({ cert, key }, (asked, answer) => {
      const { method, url: path, headers } = asked;
      const on = http.request({ host: "127.0.0.1", port: behind, method, path, headers }, (answered) => {
        answer.writeHead(answered.statusCode ?? 502, answered.headers);
        answered.pipe(answer);
      });
      on.on("error", () => answer.destroy());
      asked.pipe(on);
    });
    await new Promise<void>((resolve) => front.listen(port, host, resolve));
    const its = new ObjectStore(`https://${host}:${port}`, authority, folder, server, front);
    await eventually("the object store answers", () => its.ask("GET", "/").catch(() => undefined), 60_000);
    return its;
  }

  /** Who signed its certificate, PEM. */
  get ca(): string {
    return this.authority.certificate;
  }

  async make(bucket: string): Promise<void> {
    const status = await this.ask("PUT", `/${bucket}`);
    if (status !== 200) throw new Error(`bucket ${bucket} was not made: ${status}`);
  }

  /** The status of an answer. */
  ask(method: string, at: string): Promise<number> {
    // It looks for who asks, and takes everybody's word for it.
    const headers = { Authorization: "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/s3/aws4_request" };
    return new Promise((resolve, reject) => {
      const request = https.request(
        `${this.endpoint}${at}`,
        { method, headers, ca: this.ca, agent: false },
        (answer) => {
          answer.resume().on("end", () => resolve(answer.statusCode ?? 0));
        },
      );
      request.on("error", reject).end();
    });
  }

  /** Nobody reaches it any more. */
  async close(): Promise<void> {
    if (this.server.killed) return;
    this.front.close();
    this.front.closeAllConnections();
    this.server.kill("SIGKILL");
    await this.authority.close();
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** Where its packages are; fetched once on a machine. */
async function moto(): Promise<string> {
  const packages = path.join(cacheFolder(), `moto-${MOTO}`);
  if (existsSync(packages)) return packages;
  const fresh = await mkdtemp(`${packages}-`);
  try {
    const what = `moto[s3,iam,kms,sts,server]==${MOTO}`;
    await execa("python3", ["-m", "pip", "install", "--quiet", "--target", fresh, what], { timeout: INSTALL_MS });
    await rename(fresh, packages);
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
  return packages;
}
