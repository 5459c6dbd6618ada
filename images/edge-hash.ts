import { createHash } from "node:crypto";

/**
 * What identifies a configuration of the edge: the SHA-256 of a listing of its files' SHA-256 by path.
 * `tidemark-edge fingerprint` computes the same from the files on the volume.
 */
export function edgeHash(files: Readonly<Record<string, string>>): string {
  const listing = Object.keys(files)
    .sort()
    .map((path) => `${sha256(files[path]!)}  ${path}\n`);
  return sha256(listing.join(""));
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
