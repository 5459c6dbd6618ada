import { readFile } from "node:fs/promises";
import * as path from "node:path";
import { execa } from "execa";
import { parse } from "yaml";
import { OperationError } from "../operations/operation-error";
import { Stack } from "../test/engine/stack";
import { TAGS, type Contender } from "./contender";
import type { Images } from "./plain";

/** One `pulumi up`. */
export interface Up {
  seconds: number;
  /** From the first service that is changed until all of them run, are proven and written down. */
  roll: number;
}

/** Tidemark, by plain `pulumi up`. Its stack stays for what else is measured of it. */
export class Tidemark implements Contender {
  readonly name = "tidemark";
  /** Every up so far. */
  readonly ups: Up[] = [];
  private env: Record<string, string> = {};

  private constructor(readonly stack: Stack) {}

  static async fresh(): Promise<Tidemark> {
    return new Tidemark(await Stack.fresh("bench", { tag: TAGS.old, "database.onAhead": "allow" }));
  }

  /** Its processes, as its settings say. */
  async processes(): Promise<Record<string, unknown>> {
    const text = await readFile(path.join(this.stack.folder, `Pulumi.${this.stack.name}.yaml`), "utf8");
    const { config } = parse(text) as { config: { "tidemark:processes": Record<string, unknown> } };
    return config["tidemark:processes"];
  }

  /** Builds the releases. */
  async images(): Promise<Images> {
    const pinned: Images = {};
    for (const tag of Object.values(TAGS)) {
      const { exitCode, said, answer } = await this.stack.tidemark(["build", tag]);
      if (exitCode !== 0) throw new OperationError(said);
      pinned[tag] = answer.trim().split("\n").at(-1) ?? "";
    }
    return pinned;
  }

  async up(): Promise<string> {
    await this.stack.up();
    this.env = await this.stack.environment();
    return this.stack.url;
  }

  async change(tag: string): Promise<void> {
    await this.stack.set({ tag });
    await this.pulumiUp();
  }

  async nothing(): Promise<void> {
    const { roll } = await this.pulumiUp();
    if (roll > 0) throw new OperationError("a service was changed, and there was nothing to change");
  }

  down(): Promise<void> {
    return this.stack.down();
  }

  async pulumiUp(): Promise<Up> {
    const started = Date.now();
    const run = execa("pulumi", ["up", "--yes", "--skip-preview", "--non-interactive", "--stack", this.stack.name], {
      cwd: this.stack.folder,
      env: this.env,
      all: true,
      stdin: "ignore",
    });
    let [first, last] = [0, 0];
    for await (const line of run.iterable({ from: "all" })) {
      if (first === 0 && SERVICE.test(line)) first = Date.now();
      if (ROLLED.test(line)) last = Date.now();
    }
    await run;
    const up = { seconds: (Date.now() - started) / 1000, roll: Math.max(0, last - first) / 1000 };
    this.ups.push(up);
    return up;
  }
}

/** As Pulumi tells its steps. */
const SERVICE = /docker:index:Service \S+-task (creating|updating)/;
const ROLLED = /command:local:Command \S+-roll-run (created|updated|replaced)/;
