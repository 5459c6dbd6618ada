import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";
import type { GoProgram } from "./pins";

/** A short name for what a Go program is built from: its module's files, and how it is built. */
export function contentKey(folder: string, program: GoProgram): string {
  const hash = createHash("sha256");
  for (const file of sourceFiles(folder)) {
    const content = readFileSync(path.join(folder, file));
    // The length keeps two files from reading like one.
    hash.update(`${file}\n${content.length}\n`).update(content);
  }
  hash.update(`${program.source}\n${program.linkerFlags}`);
  return hash.digest("hex").slice(0, 16);
}

/** What decides the result: tests do not. */
function sourceFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => /(\.go|\.s|(^|\/)go\.(mod|sum))$/.test(file) && !file.endsWith("_test.go"))
    .sort();
}
