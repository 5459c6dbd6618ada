import { mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { type EngineEvent, LocalWorkspace, type PulumiFn, type Stack } from "@pulumi/pulumi/automation";

/** A real stack over a file backend of its own, with the plugins of the environment's PULUMI_HOME. */
export class Trial {
  private constructor(
    private readonly stack: Stack,
    /** Empty, and gone afterwards. */
    readonly dir: string,
  ) {}

  /** Gives `body` a fresh stack and forgets it afterwards. What was made outside of `dir` is for the test to undo. */
  static async run(body: (trial: Trial) => Promise<void>): Promise<void> {
    const dir = await mkdtemp(join(tmpdir(), "tidemark-contract-"));
    try {
      await body(new Trial(await newStack(dir), dir));
    } finally {
      await rm(dir, { recursive: true, force: true });
    }
  }

  /** `signal` is what Ctrl-C is to a user. */
  async up(program: PulumiFn, signal?: AbortSignal): Promise<Told> {
    return this.tell(program, (onEvent) => this.stack.up({ onEvent, signal }));
  }

  /** Forgets the lock and the half-done steps of an engine that is dead. */
  async forgive(): Promise<void> {
    await this.stack.cancel();
    const { version, ...state } = await this.stack.exportStack();
    const deployment = { ...(state.deployment as object), pending_operations: [] };
    await this.stack.importStack({ version, deployment });
  }

  /** As `up`, with `options: refresh: always`. */
  async refreshedUp(program: PulumiFn): Promise<Told> {
    return this.tell(program, (onEvent) => this.stack.up({ onEvent, refresh: true }));
  }

  async preview(program: PulumiFn, refresh = false): Promise<Told> {
    return this.tell(program, (onEvent) => this.stack.preview({ onEvent, refresh }));
  }

  /** Takes everything down, what is protected too, as a person would after `pulumi state unprotect --all`. */
  async down(): Promise<Told> {
    const { version, ...state } = await this.stack.exportStack();
    const whole = state.deployment as { resources: object[] };
    const resources = whole.resources.map((resource) => ({ ...resource, protect: false }));
    await this.stack.importStack({ version, deployment: { ...whole, resources } });
    return this.tell(
      async () => undefined,
      (onEvent) => this.stack.destroy({ onEvent }),
    );
  }

  /** The text of the state file. */
  async state(): Promise<string> {
    return readFile(join(this.dir, "state", ".pulumi", "stacks", "contract", "trial.json"), "utf8");
  }

  private async tell(program: PulumiFn, operate: (onEvent: (event: EngineEvent) => void) => Promise<unknown>) {
    const told = new Told();
    this.stack.workspace.program = program;
    const result = await operate((event) => told.hear(event));
    if (typeof result === "object" && result && "outputs" in result) {
      const outputs = result.outputs as Record<string, { value: unknown; secret: boolean }>;
      for (const [name, output] of Object.entries(outputs)) told.outputs[name] = output;
    }
    return told;
  }
}

/** What the engine said during one operation. */
export class Told {
  readonly outputs: Record<string, { value: unknown; secret: boolean }> = {};
  /** By the resource's name. @example { role: "update" } */
  readonly steps: Record<string, string> = {};
  /** The property paths that differ, by the resource's name. */
  readonly differences: Record<string, string[]> = {};
  /** What resources logged while they were worked on. */
  readonly lines: string[] = [];

  hear(event: EngineEvent): void {
    const step = (event.resOutputsEvent ?? event.resourcePreEvent)?.metadata;
    if (step && !step.type.startsWith("pulumi:")) {
      const name = step.urn.split("::").at(-1)!;
      const part = /^(create-replacement|delete-replaced|discard|read-)/.test(step.op);
      if (!part) this.steps[name] = step.op;
      if (!part && step.detailedDiff) this.differences[name] = Object.keys(step.detailedDiff).sort();
    }
    if (event.diagnosticEvent?.ephemeral) {
      const text = event.diagnosticEvent.message.replace(/<\{%[^%]*%\}>/g, "");
      this.lines.push(...text.split("\n").filter((line) => line !== ""));
    }
  }

  /** Names of the resources that something happens to. */
  get changed(): string[] {
    return Object.keys(this.steps)
      .filter((name) => this.steps[name] !== "same" && this.steps[name] !== "refresh")
      .sort();
  }
}

async function newStack(dir: string): Promise<Stack> {
  const backend = join(dir, "state");
  await mkdir(backend);
  return LocalWorkspace.createStack(
    { projectName: "contract", stackName: "trial", program: async () => undefined },
    {
      projectSettings: { name: "contract", runtime: "nodejs", main: dir, backend: { url: `file://${backend}` } },
      envVars: {
        PULUMI_CONFIG_PASSPHRASE: "contract",
        PULUMI_SKIP_UPDATE_CHECK: "true",
        PULUMI_BACKEND_URL: `file://${backend}`,
      },
    },
  );
}
