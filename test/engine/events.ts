import { execa } from "execa";
import type { Stack } from "./stack";

/** Something that happened to a container. */
export interface Happened {
  what: "start" | "kill" | "die";
  /** As the container calls itself: the first 12 digits of its id. */
  host: string;
  /** As it was given. @example "127.0.0.1:5000/shop:1.1.0@sha256:…" */
  image: string;
  /** Milliseconds since the epoch. */
  at: number;
}

interface Line {
  Action: Happened["what"];
  Actor: { ID: string; Attributes: { image: string } };
  timeNano: number;
}

/** What Docker tells of the containers of one service, from now on. Stop it in `finally`. */
export class Events {
  readonly all: Happened[] = [];

  private constructor(private readonly process: ReturnType<typeof watching>) {
    void this.read();
  }

  static of(stack: Stack, role: string): Events {
    return new Events(watching(`${stack.prefix}-${role}`));
  }

  /** When that first happened to a container. */
  when(what: Happened["what"], host: string): number | undefined {
    return this.all.find((one) => one.what === what && one.host === host)?.at;
  }

  async stop(): Promise<void> {
    this.process.kill();
    await this.process;
  }

  private async read(): Promise<void> {
    for await (const line of this.process) {
      const { Action, Actor, timeNano } = JSON.parse(line) as Line;
      this.all.push({ what: Action, host: Actor.ID.slice(0, 12), image: Actor.Attributes.image, at: timeNano / 1e6 });
    }
  }
}

function watching(service: string) {
  const filters = [`label=com.docker.swarm.service.name=${service}`, "event=start", "event=kill", "event=die"];
  return execa("docker", ["events", "--format", "{{json .}}", ...filters.flatMap((one) => ["--filter", one])], {
    buffer: false,
    reject: false,
  });
}
