import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import type { Engine } from "./engine";
import { isExecutable } from "./programs";

interface Record {
  /** What the choice depended on; when it differs, the choice is made again. */
  key: string;
  engine: Engine;
  /** Executables that must still be there. */
  files: string[];
}

export function recall(file: string, key: string): Engine | undefined {
  const record = read(file);
  return record?.key === key && record.files.every(isExecutable) ? record.engine : undefined;
}

export function remember(file: string, record: Record): void {
  mkdirSync(path.dirname(file), { recursive: true });
  const next = `${file}.${process.pid}`;
  writeFileSync(next, JSON.stringify(record, undefined, 2));
  renameSync(next, file);
}

function read(file: string): Record | undefined {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Record;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}
