import { connect, createServer, type Server, type Socket } from "node:net";

/** A way to a server that can be closed and opened again, as a network can. */
export class Gate {
  private server: Server | undefined;
  private readonly through = new Set<Socket>();

  private constructor(
    readonly port: number,
    private readonly target: number,
  ) {}

  static async to(server: { port: number }): Promise<Gate> {
    const gate = new Gate(await freePort(), server.port);
    await gate.open();
    return gate;
  }

  async open(): Promise<void> {
    const server = createServer((visitor) => {
      const onward = connect(this.target, "127.0.0.1");
      for (const [one, other] of [
        [visitor, onward],
        [onward, visitor],
      ] as const) {
        this.through.add(one);
        one.pipe(other);
        // Either side may be cut off at any time; the other is then closed too.
        one.on("error", () => other.destroy());
        one.on("close", () => other.destroy());
      }
    });
    this.server = server;
    await new Promise<void>((resolve, reject) => server.once("error", reject).listen(this.port, "127.0.0.1", resolve));
  }

  async close(): Promise<void> {
    const server = this.server;
    this.server = undefined;
    for (const socket of this.through) socket.destroy();
    this.through.clear();
    await new Promise<void>((resolve) => (server ? server.close(() => resolve()) : resolve()));
  }
}

export async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() =>
        typeof address === "object" && address ? resolve(address.port) : reject(new Error("no port")),
      );
    });
  });
}
