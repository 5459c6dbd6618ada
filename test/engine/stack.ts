import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import * as path from "node:path";
import { execa, type Result } from "execa";
import { parse, stringify } from "yaml";
import { dockerAt, lines, type Docker } from "../../operations/docker";
import { labelled, type Objects } from "../../operations/sweep";
import { end } from "./says";

const ROOT = path.resolve(__dirname, "../..");

/** Settings by their path without the project's prefix; laid over those of the demo. */
export type Changes = Record<string, unknown>;

export interface Ran {
  exitCode: number;
  /** All that was printed, in order. */
  said: string;
  /** Of that, what is the answer itself: standard output. */
  answer: string;
}

/** A Docker daemon beside the machine's own. */
export interface Elsewhere {
  /** As in DOCKER_HOST. */
  host: string;
  /** Goes before each command. */
  enter: string[];
}

/** A stack of its own on the real engine: its own folder, state, settings and port. Take it down in `finally`. */
export class Stack {
  readonly docker: Docker;

  private constructor(
    readonly name: string,
    readonly folder: string,
    /** The edge's. */
    readonly port: number,
    private readonly elsewhere?: Elsewhere,
  ) {
    this.docker = dockerAt(elsewhere?.host ?? process.env.DOCKER_HOST);
  }

  /** Begins every name in Docker. */
  get prefix(): string {
    return `shop-${this.name}`;
  }

  /** What its passwords come from, where a test has not set another. */
  get key(): string {
    return `${this.name}-0123456789abcdef0123456789abcdef`;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Settings of the demo, with changes and secrets laid over; nothing is brought up yet. */
  static async fresh(
    name: string,
    changes: Changes = {},
    secrets: Record<string, string> = {},
    elsewhere?: Elsewhere,
  ): Promise<Stack> {
    const folder = path.join(ROOT, ".tidemark", "test", name);
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
    const stack = new Stack(name, folder, await freePort(), elsewhere);
    const up = path.relative(folder, ROOT);
    await writeFile(path.join(folder, "Pulumi.yaml"), await readFile(path.join(ROOT, "Pulumi.yaml")));
    await writeFile(path.join(folder, "tsconfig.json"), JSON.stringify({ extends: `${up}/tsconfig.json` }));
    await writeFile(path.join(folder, "package.json"), JSON.stringify({ private: true, main: "index.ts" }));
    await writeFile(path.join(folder, "index.ts"), `module.exports = require("${up}/index");\n`);
    await writeFile(path.join(folder, `Pulumi.${name}.passphrase`), "for a test alone\n");
    await stack.write(await demoSettings());
    await stack.set({ "edge.port": stack.port, "build.source": path.join(up, ".tidemark", "demo"), ...changes });
    const origin = `http://127.0.0.1:${stack.port}`;
    await stack.set({ "env.CSRF_TRUSTED_ORIGINS": origin });
    const all = {
      TIDEMARK_KEY: stack.key,
      DJANGO_SECRET_KEY: `django ${name} 0123456789abcdef0123456789abcdef0123456789`,
      ...secrets,
    };
    await stack.tidemark(["env"]);
    await stack.pulumi(["stack", "init", name, "--no-select"]);
    for (const [secret, value] of Object.entries(all)) await stack.setSecret(secret, value);
    return stack;
  }

  /** Changes settings in the stack's file, each by its path: `edge.port`. */
  async set(changes: Changes): Promise<void> {
    const whole = await this.read();
    const config = (whole.config ??= {}) as Record<string, unknown>;
    for (const [at, value] of Object.entries(changes)) {
      const [first = "", ...rest] = at.split(".");
      const key = `tidemark:${first}`;
      if (rest.length === 0) config[key] = value;
      else config[key] = laidOver(config[key] ?? {}, rest, value);
    }
    await this.write(whole);
  }

  async setSecret(name: string, value: string): Promise<void> {
    const { exitCode, said } = await this.pulumi(
      ["config", "set", "--secret", "--path", `secrets.${name}`, "--stack", this.name],
      value,
    );
    if (exitCode !== 0) throw new Error(said);
  }

  /** `tidemark up`, with the ground prepared. Throws with all that was said when it fails. */
  async up(): Promise<Ran> {
    return this.succeed(await this.tidemark(["up", "--yes"]));
  }

  /** Bare `pulumi up`. */
  async pulumiUp(): Promise<Ran> {
    return this.succeed(await this.pulumi(["up", "--yes", "--skip-preview", "--stack", this.name]));
  }

  /** What `pulumi preview` would change, by resource name. */
  async preview(): Promise<{ name: string; op: string }[]> {
    const { said } = this.succeed(await this.pulumi(["preview", "--json", "--stack", this.name]));
    const { steps = [] } = JSON.parse(said) as { steps?: { op: string; urn: string }[] };
    return steps
      .filter(({ op }) => op !== "same" && op !== "refresh")
      .map(({ op, urn }) => ({ name: urn.split("::").at(-1) ?? "", op }));
  }

  async tidemark(args: string[], env: Record<string, string> = {}): Promise<Ran> {
    const [first, ...rest] = this.entered([
      process.execPath,
      path.join(ROOT, "cli", "tidemark.js"),
      "--stack",
      this.name,
      ...args,
    ]);
    return ran(await execa(first, rest, { ...this.options(env) }));
  }

  /** Bare pulumi, in the environment that `tidemark env` prints. */
  async pulumi(args: string[], input?: string, more: Record<string, string> = {}): Promise<Ran> {
    const env = { ...(await this.environment()), ...more };
    const [first, ...rest] = this.entered(["pulumi", ...args, "--non-interactive"]);
    return ran(
      await execa(first, rest, { ...this.options(env), ...(input === undefined ? {} : { stdin: undefined, input }) }),
    );
  }

  async environment(): Promise<Record<string, string>> {
    const { stdout } = await execa(
      "sh",
      [
        "-c",
        'eval "$("$1" "$2" --stack "$3" env)" && env -0',
        "sh",
        process.execPath,
        path.join(ROOT, "cli", "tidemark.js"),
        this.name,
      ],
      { cwd: this.folder },
    );
    return Object.fromEntries(
      stdout
        .split("\0")
        .filter(Boolean)
        .map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]),
    );
  }

  /** The state as it lies on disk. */
  async stateFile(): Promise<string> {
    return readFile(
      path.join(this.folder, ".tidemark", "state", ".pulumi", "stacks", "tidemark", `${this.name}.json`),
      "utf8",
    );
  }

  /** The running containers of one of its services. */
  async containers(role: string): Promise<string[]> {
    return lines(this.docker, [
      "ps",
      "--quiet",
      "--filter",
      `label=com.docker.swarm.service.name=${this.prefix}-${role}`,
    ]);
  }

  /** All of Docker's objects that carry its label. */
  async objects(): Promise<Objects> {
    return labelled(this.docker, `tidemark.stack=${this.prefix}`);
  }

  /** Takes it down, and its folder with it. */
  async down(): Promise<void> {
    this.succeed(await this.tidemark(["down", "--yes"]));
    await rm(this.folder, { recursive: true, force: true });
  }

  private succeed(its: Ran): Ran {
    if (its.exitCode !== 0) throw new Error(`exit code ${its.exitCode}:\n${end(its.said)}`);
    return its;
  }

  private entered(command: [string, ...string[]]): [string, ...string[]] {
    const [first, ...rest] = this.elsewhere?.enter ?? [];
    return first === undefined ? command : [first, ...rest, ...command];
  }

  private options(env: Record<string, string>) {
    const docker = this.elsewhere && { DOCKER_HOST: this.elsewhere.host };
    return {
      cwd: this.folder,
      env: { ...env, ...docker },
      all: true,
      reject: false,
      stdin: "ignore",
      maxBuffer: 256 * 1024 * 1024,
    } as const;
  }

  private async read(): Promise<Record<string, unknown>> {
    return parse(await readFile(path.join(this.folder, `Pulumi.${this.name}.yaml`), "utf8")) as Record<string, unknown>;
  }

  private async write(whole: Record<string, unknown>): Promise<void> {
    await writeFile(path.join(this.folder, `Pulumi.${this.name}.yaml`), stringify(whole));
  }
}

/** A port of loopback that nobody has at this moment. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function demoSettings(): Promise<Record<string, unknown>> {
  const { config } = parse(await readFile(path.join(ROOT, "Pulumi.dev.yaml"), "utf8")) as {
    config: Record<string, unknown>;
  };
  const { "tidemark:secrets": _, ...plain } = config;
  return { config: plain };
}

function laidOver(tree: unknown, [first = "", ...rest]: string[], value: unknown): unknown {
  const map = tree as Record<string, unknown>;
  const next = rest.length === 0 ? value : laidOver(map[first] ?? {}, rest, value);
  return { ...map, [first]: next };
}

function ran(result: Result<{ all: true; reject: false }>): Ran {
  return { exitCode: result.exitCode ?? -1, said: String(result.all), answer: result.stdout };
}
