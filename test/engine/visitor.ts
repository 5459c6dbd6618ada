import * as http from "node:http";
import * as https from "node:https";
import type { LookupFunction } from "node:net";
import type { TLSSocket } from "node:tls";

export interface Answer {
  status: number;
  headers: http.IncomingHttpHeaders;
  body: Buffer;
  text: string;
  /** SHA-256 of the certificate that was shown. */
  certificate?: string;
}

export interface Asked {
  method?: string;
  headers?: Record<string, string>;
  body?: string | Buffer;
}

/** Every name leads to this machine, so that a test can come by any. */
export const lookup: LookupFunction = (_name, { all }, done) =>
  all ? done(null, [{ address: "127.0.0.1", family: 4 }]) : done(null, "127.0.0.1", 4);

/** Somebody in front of the edge. Each request has a connection of its own. */
export class Visitor {
  /** @param ca whom to trust, PEM; needed where the origin is https */
  constructor(
    readonly origin: string,
    readonly ca?: string,
  ) {}

  ask(path: string, { method = "GET", headers = {}, body }: Asked = {}): Promise<Answer> {
    const url = new URL(path, this.origin);
    const tls = this.ca !== undefined && { ca: this.ca, servername: url.hostname };
    const options = { method, headers, lookup, agent: false, timeout: 30_000, ...tls };
    return new Promise((resolve, reject) => {
      const request = (url.protocol === "https:" ? https : http).request(url, options, (response) => {
        const socket = response.socket as TLSSocket;
        const certificate = url.protocol === "https:" ? socket.getPeerCertificate().fingerprint256 : undefined;
        const chunks: Buffer[] = [];
        response.on("error", reject);
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("end", () => {
          const whole = Buffer.concat(chunks);
          const { statusCode = 0, headers: its } = response;
          resolve({
            status: statusCode,
            headers: its,
            body: whole,
            text: whole.toString(),
            ...(certificate && { certificate }),
          });
        });
      });
      request.on("timeout", () => request.destroy(new Error(`${method} ${url.href}: no answer in 30 s`)));
      request.on("error", reject);
      request.end(body);
    });
  }

  /** Asks for JSON, and wants success. */
  async json<T>(path: string): Promise<T> {
    const { status, text } = await this.ask(path);
    if (status !== 200) throw new Error(`${path}: ${status}: ${text}`);
    return JSON.parse(text) as T;
  }

  post(path: string, told: unknown): Promise<Answer> {
    return this.ask(path, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(told),
    });
  }

  upload(path: string, name: string, content: Buffer): Promise<Answer> {
    const line = "a-line-that-is-in-no-file";
    const head = `--${line}\r\nContent-Disposition: form-data; name="file"; filename="${name}"\r\nContent-Type: application/octet-stream\r\n\r\n`;
    return this.ask(path, {
      method: "POST",
      headers: { "Content-Type": `multipart/form-data; boundary=${line}` },
      body: Buffer.concat([Buffer.from(head), content, Buffer.from(`\r\n--${line}--\r\n`)]),
    });
  }
}
