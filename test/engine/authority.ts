import { mkdtemp, readFile, rm } from "node:fs/promises";
import { isIP } from "node:net";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { execa } from "execa";

export interface Certified {
  /** PEM, both. */
  certificate: string;
  key: string;
}

const NEW_KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];

/** Somebody who signs certificates for an hour of tests. Its folder goes with `close`. */
export class Authority {
  private constructor(
    private readonly folder: string,
    /** Its own certificate, PEM. */
    readonly certificate: string,
  ) {}

  static async found(): Promise<Authority> {
    const folder = await mkdtemp(path.join(tmpdir(), "tidemark-authority-"));
    const its = ["-subj", "/CN=An authority of tests", "-days", "1", "-keyout", "ca.key", "-out", "ca.pem"];
    await execa("openssl", ["req", "-x509", ...NEW_KEY, ...its], { cwd: folder });
    return new Authority(folder, await readFile(path.join(folder, "ca.pem"), "utf8"));
  }

  async certify(host: string): Promise<Certified> {
    const { folder: cwd } = this;
    const name = ["-subj", `/CN=${host}`, "-addext", `subjectAltName=${isIP(host) ? "IP" : "DNS"}:${host}`];
    await execa("openssl", ["req", ...NEW_KEY, ...name, "-keyout", "its.key", "-out", "its.csr"], { cwd });
    const signer = ["-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-copy_extensions", "copy", "-days", "1"];
    await execa("openssl", ["x509", "-req", "-in", "its.csr", ...signer, "-out", "its.pem"], { cwd });
    const read = (file: string): Promise<string> => readFile(path.join(cwd, file), "utf8");
    return { certificate: await read("its.pem"), key: await read("its.key") };
  }

  async close(): Promise<void> {
    await rm(this.folder, { recursive: true });
  }
}
