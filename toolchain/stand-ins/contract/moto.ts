import { type ChildProcess, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { execa, ExecaError } from "execa";

import { cacheFolder } from "../../../operations/cache-folder";
import { makeOnce } from "../../engine/make-once";
import { freePort } from "./gate";

const REQUIREMENTS = join(__dirname, "moto.txt");

/** moto, a server that speaks the protocols of S3, KMS and IAM, on a free port of this machine. It keeps nothing. */
export class Moto {
  readonly url: string;

  private constructor(
    port: number,
    private readonly server: ChildProcess,
  ) {
    this.url = `http://127.0.0.1:${port}`;
  }

  static async start(): Promise<Moto> {
    const folder = await installed();
    const port = await freePort();
    const server = spawn(join(folder, "bin", "python"), ["-m", "moto.server", "-H", "127.0.0.1", "-p", String(port)], {
      stdio: "ignore",
    });
    // Where a test run is cut short, nothing else would stop it.
    process.once("exit", () => server.kill("SIGTERM"));
    const moto = new Moto(port, server);
    await moto.answers();
    return moto;
  }

  /**
   * From now on every request needs a key of IAM's and a policy that allows it; or none does again, as at the beginning.
   * moto looks at the actions and resources of users' policies, and at no condition.
   */
  async checkWhoAsks(wanted: boolean): Promise<void> {
    await fetch(`${this.url}/moto-api/reset-auth`, { method: "POST", body: wanted ? "0" : "inf" });
  }

  async stop(): Promise<void> {
    if (this.server.exitCode !== null || this.server.signalCode !== null) return;
    const ended = new Promise((resolve) => this.server.once("exit", resolve));
    this.server.kill("SIGTERM");
    await ended;
  }

  private async answers(): Promise<void> {
    for (let waited = 0; ; waited += 100) {
      try {
        await fetch(`${this.url}/moto-api/`);
        return;
      } catch (failure) {
        if (waited > 30_000 || this.server.exitCode !== null) {
          await this.stop();
          throw failure;
        }
        await sleep(100);
      }
    }
  }
}

/** A Python of its own with exactly what is named in the file beside this one, made once on a machine. */
async function installed(): Promise<string> {
  const key = createHash("sha256").update(readFileSync(REQUIREMENTS)).digest("hex").slice(0, 16);
  const folder = join(cacheFolder(), `moto-${key}`);
  try {
    await makeOnce(folder, install, () => undefined);
  } catch (failure) {
    if (!(failure instanceof ExecaError)) throw failure;
    throw new Error(`moto could not be installed; it needs python3 with venv and pip:\n${failure.message}`);
  }
  return folder;
}

async function install(folder: string): Promise<void> {
  // The folder gets another name once it is whole, and Python finds what lies in it all the same; scripts would not.
  await execa("python3", ["-m", "venv", "--without-pip", folder]);
  const pip = ["-m", "pip", "--python", join(folder, "bin", "python"), "install", "--quiet", "--no-deps"];
  await execa("python3", [...pip, "--requirement", REQUIREMENTS]);
}
