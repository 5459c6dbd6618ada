import { setTimeout as pause } from "node:timers/promises";
import { WebSocket } from "ws";
import { lookup } from "./visitor";

type Message = { type: "hello"; last: number; version: string; host: string } | { type: "update"; number: number };

/** One connection of a listener, from its greeting to its end. */
export interface Sitting {
  version: string;
  /** The container that it sat in. */
  host: string;
  closed?: { at: number; code: number };
}

/** A page that stays open: it hears the shop's updates, and comes back by itself with the last number it knows. */
export class Listener {
  readonly sittings: Sitting[] = [];
  readonly numbers: number[] = [];
  private socket: WebSocket | undefined;
  private over = false;

  constructor(
    private readonly origin: string,
    private readonly first: number,
  ) {
    void this.listen();
  }

  get present(): Sitting | undefined {
    const last = this.sittings.at(-1);
    return last?.closed ? undefined : last;
  }

  stop(): void {
    this.over = true;
    this.socket?.terminate();
  }

  private async listen(): Promise<void> {
    while (!this.over) {
      await this.sit();
      await pause(100);
    }
  }

  private sit(): Promise<void> {
    const after = this.numbers.at(-1) ?? this.first;
    const url = new URL(`/ws/admin/orders/?after=${after}`, this.origin.replace(/^http/, "ws"));
    return new Promise((resolve) => {
      const socket = new WebSocket(url, { origin: this.origin, lookup });
      let sitting: Sitting | undefined;
      this.socket = socket;
      socket.on("message", (data) => {
        const message = JSON.parse((data as Buffer).toString()) as Message;
        if (message.type === "update") this.numbers.push(message.number);
        else this.sittings.push((sitting = { version: message.version, host: message.host }));
      });
      // It closes after it as well, and then comes again.
      socket.on("error", () => undefined);
      socket.on("close", (code) => {
        if (sitting) sitting.closed = { at: Date.now(), code };
        resolve();
      });
    });
  }
}
