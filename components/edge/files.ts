import { readFileSync } from "node:fs";
import * as path from "node:path";
import { edgeHash } from "../../images/edge-hash";
import { nginxConf, type EdgePlan } from "./nginx";

/** What the edge says of the files that it has. */
export interface Fingerprint {
  hash: string | null;
  serial: string | null;
}

/** What is handed to the edge to become its configuration. */
export interface EdgeDocument {
  files: Record<string, string>;
  serial: string;
  hash: string;
}

/**
 * @param key the TLS key
 * @param page what visitors see in maintenance
 * @param seen what the edge has now. Where its files are what they should be, the document is the one that it has,
 * to the letter, and nothing is written; where they are not, a new serial makes it another one.
 */
export function edgeDocument(
  plan: EdgePlan,
  key: string | undefined,
  seen: Fingerprint | undefined,
  page?: string,
): EdgeDocument {
  const files: Record<string, string> = {
    "nginx.conf": nginxConf(plan),
    "away.html": readFileSync(path.join(__dirname, "away.html"), "utf8"),
    ...(plan.edge.tls && key !== undefined && { "tls/certificate.pem": plan.edge.tls.certificate, "tls/key.pem": key }),
    ...(page !== undefined && { "maintenance.html": page }),
  };
  const hash = edgeHash(files);
  return { files, serial: serialOf(hash, seen), hash };
}

/** Where nothing can be seen, as little is known as at the first time: the same serial, so that it is no change by itself. */
function serialOf(hash: string, seen: Fingerprint | undefined): string {
  if (!seen) return `${hash.slice(0, 12)}-first`;
  return seen.hash === hash && seen.serial ? String(seen.serial) : `${hash.slice(0, 12)}-${Date.now().toString(36)}`;
}
