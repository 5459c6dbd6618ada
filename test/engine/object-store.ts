import * as http from "node:http";
import * as https from "node:https";
import { dockerAt, inspect } from "../../operations/docker";
import { Moto } from "../../toolchain/stand-ins/contract/moto";
import { Authority } from "./authority";
import { freePort } from "./stack";

/** An S3 API server of a test's own. It listens where this host's containers reach it, and forgets all with its end. */
export class ObjectStore {
  private closed = false;

  private constructor(
    readonly endpoint: string,
    private readonly authority: Authority,
    private readonly server: Moto,
    private readonly front: https.Server,
  ) {}

  static async open(): Promise<ObjectStore> {
    const [bridge] = await inspect<{ IPAM: { Config: { Gateway?: string }[] } }>(dockerAt(), "network", ["bridge"]);
    const host = bridge?.IPAM.Config.find(({ Gateway }) => Gateway !== undefined)?.Gateway;
    if (host === undefined) throw new Error("Docker's own bridge has no address");
    const server = await Moto.start();
    const { hostname, port: behind } = new URL(server.url);
    const authority = await Authority.found();
    const { certificate: cert, key } = await authority.certify(host);
    // Its own TLS ends connections without a word, which clients take for an attack.
    const front = https.createServer({ cert, key }, (asked, answer) => {
      const { method, url: path, headers } = asked;
      const on = http.request({ host: hostname, port: behind, method, path, headers }, (answered) => {
        answer.writeHead(answered.statusCode ?? 502, answered.headers);
        answered.pipe(answer);
      });
      on.on("error", () => answer.destroy());
      asked.pipe(on);
    });
    const port = await freePort();
    await new Promise<void>((resolve) => front.listen(port, host, resolve));
    return new ObjectStore(`https://${host}:${port}`, authority, server, front);
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
    if (this.closed) return;
    this.closed = true;
    this.front.close();
    this.front.closeAllConnections();
    await this.server.stop();
    await this.authority.close();
  }
}
