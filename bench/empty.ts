import { cp, mkdir, rm, writeFile } from "node:fs/promises";
import * as path from "node:path";

const ROOT = path.resolve(__dirname, "..");

/** Where a program lies that does nothing: the same Pulumi.yaml, loader and backend. */
export const EMPTY = path.join(ROOT, ".tidemark", "bench", "empty");

/** Runs pulumi in a folder, and gives what it printed. */
export type Pulumi = (folder: string, args: string[]) => Promise<string>;

export async function makeEmpty(pulumi: Pulumi): Promise<void> {
  await rm(EMPTY, { recursive: true, force: true });
  await mkdir(EMPTY, { recursive: true });
  await cp(path.join(ROOT, "Pulumi.yaml"), path.join(EMPTY, "Pulumi.yaml"));
  await writeFile(
    path.join(EMPTY, "tsconfig.json"),
    JSON.stringify({ extends: `${path.relative(EMPTY, ROOT)}/tsconfig.json` }),
  );
  await writeFile(path.join(EMPTY, "package.json"), JSON.stringify({ private: true, main: "index.ts" }));
  await writeFile(path.join(EMPTY, "index.ts"), 'import "@pulumi/pulumi";\n');
  await pulumi(EMPTY, ["stack", "select", "--create", "empty"]);
  await pulumi(EMPTY, ["up", "--yes", "--skip-preview", "--stack", "empty"]);
}

export async function removeEmpty(pulumi: Pulumi): Promise<void> {
  await pulumi(EMPTY, ["destroy", "--yes", "--skip-preview", "--stack", "empty", "--remove"]);
  await rm(EMPTY, { recursive: true });
}
