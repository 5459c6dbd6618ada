import { WebSocket } from "ws";
import { eventually } from "./eventually";
import { lookup, type Visitor } from "./visitor";

export interface Order {
  id: number;
  key: string;
  status: string;
  worked_by: string;
}

export interface Update {
  number: number;
  order: Order;
}

type Message = { type: "hello"; last: number } | ({ type: "update" } & Update);

/** A client of the shop's websocket, with all that it was sent. */
export class Feed {
  readonly updates: Update[] = [];
  /** The last number when it came; -1 until it was greeted. */
  last = -1;

  private constructor(private readonly socket: WebSocket) {
    socket.on("message", (data) => {
      const message = JSON.parse((data as Buffer).toString()) as Message;
      if (message.type === "hello") this.last = message.last;
      else this.updates.push(message);
    });
  }

  /** @param after the last number that it knows; without it, it is sent what comes from now on */
  static async open({ origin, ca }: Visitor, after?: number): Promise<Feed> {
    const url = new URL(
      `/ws/admin/orders/${after === undefined ? "" : `?after=${after}`}`,
      origin.replace(/^http/, "ws"),
    );
    const socket = new WebSocket(url, { origin, lookup, ...(ca !== undefined && { ca }) });
    const feed = new Feed(socket);
    await new Promise<void>((resolve, reject) => socket.once("open", () => resolve()).once("error", reject));
    await eventually("a greeting", () => feed.last >= 0 || undefined);
    return feed;
  }

  /** The update that says so of an order, as soon as it is here. */
  async saw(key: string, status: string): Promise<Update> {
    return eventually(`update of ${key}: ${status}`, () =>
      this.updates.find(({ order }) => order.key === key && order.status === status),
    );
  }

  get numbers(): number[] {
    return this.updates.map(({ number }) => number);
  }

  async close(): Promise<void> {
    await new Promise((resolve) => {
      this.socket.once("close", resolve);
      this.socket.close();
    });
  }
}
