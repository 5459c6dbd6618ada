import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { execa } from "execa";
import { dockerAt, lines, type Docker } from "../../operations/docker";
import { lifeOf } from "../../operations/life";
import { startByHand } from "../../toolchain/host/start-docker";
import { eventually } from "./eventually";

/** A Docker daemon of the test's own, in a network of its own: nobody's daemon is killed by a test. */
export class OwnEngine {
  private constructor(
    /** All of its files are in there, and its containers' own helpers name it. */
    readonly folder: string,
    /** Holds the network for as long as it lives. */
    private readonly holder: ChildProcess,
  ) {}

  get host(): string {
    return `unix://${this.folder}/docker.sock`;
  }

  get docker(): Docker {
    return dockerAt(this.host);
  }

  /** Goes before a command that is to see the daemon's own loopback. */
  get enter(): string[] {
    return ["nsenter", `--net=/proc/${this.holder.pid}/ns/net`];
  }

  static async start(): Promise<OwnEngine> {
    const folder = await mkdtemp(path.join(tmpdir(), "tidemark-engine-"));
    const engine = new OwnEngine(folder, spawn("unshare", ["--net", "sleep", "infinity"], { stdio: "ignore" }));
    await eventually("the network is there", async () =>
      (await readFile(`/proc/${engine.holder.pid}/comm`, "utf8")).trim() === "sleep" ? true : undefined,
    );
    await execa("nsenter", [...engine.enter.slice(1), "ip", "link", "set", "lo", "up"]);
    await writeFile(path.join(folder, "daemon.json"), "{}");
    const command = [
      ...engine.enter,
      ...[
        "dockerd",
        "--config-file",
        `${folder}/daemon.json`,
        "--host",
        engine.host,
        "--pidfile",
        `${folder}/docker.pid`,
      ],
      ...["--data-root", `${folder}/data`, "--exec-root", `${folder}/exec`],
    ];
    await writeFile(engine.command, `#!/bin/sh\nexec ${command.join(" ")}\n`);
    await chmod(engine.command, 0o755);
    await engine.run();
    return engine;
  }

  /** Starts the daemon, as Tidemark does where no init runs. */
  async run(): Promise<void> {
    await startByHand(this.command, path.join(this.folder, "dockerd.log"), () =>
      this.docker(["version", "--format", "{{.Server.Version}}"]).catch(() => undefined),
    );
  }

  async pid(): Promise<number> {
    return Number(await readFile(path.join(this.folder, "docker.pid"), "utf8"));
  }

  /** As a crash: nothing is told to anybody. Its containers run on until a daemon is there again. */
  async kill(): Promise<void> {
    const pid = await this.pid();
    const helper = Number(await readFile(path.join(this.folder, "exec", "containerd", "containerd.pid"), "utf8"));
    process.kill(pid, "SIGKILL");
    await this.ended(pid);
    // It dies with the daemon, and a new daemon that still sees its number waits 15 s for it in vain.
    await eventually("its containerd is out of the way", () => (existsSync(`/proc/${helper}`) ? undefined : true));
  }

  /** Copies images of the machine's own daemon. */
  async take(images: readonly string[]): Promise<void> {
    const save = execa("docker", ["save", ...images], { buffer: false });
    await save.pipe("docker", ["--host", this.host, "load", "--quiet"]);
  }

  async stop(): Promise<void> {
    // What a killed one leaves running only another one can end.
    if (!(await lifeOf(await this.pid())).alive) await this.run();
    await this.docker(["swarm", "leave", "--force"]);
    const all = await lines(this.docker, ["ps", "--all", "--quiet"]);
    if (all.length > 0) await this.docker(["rm", "--force", ...all]);
    await this.end();
    this.holder.kill("SIGKILL");
    const mounts = (await readFile("/proc/self/mounts", "utf8")).split("\n").map((line) => line.split(" ")[1] ?? "");
    for (const mount of mounts.filter((one) => one.startsWith(`${this.folder}/`)).reverse())
      await execa("umount", [mount]);
    await rm(this.folder, { recursive: true });
  }

  private async end(): Promise<void> {
    const pid = await this.pid();
    process.kill(pid, "SIGTERM");
    await this.ended(pid);
  }

  private get command(): string {
    return path.join(this.folder, "run-dockerd");
  }

  private async ended(pid: number): Promise<void> {
    await eventually("the daemon has ended", async () => ((await lifeOf(pid)).alive ? undefined : true), 60_000);
  }
}
