import { createHash } from "node:crypto";
import { extensionPackages } from "./extensions";

export type ImageName = "base" | "postgres" | "redis" | "nginx" | "keeper" | "logs" | "registry";

/** One image of ours, as it is built. */
export interface Recipe {
  name: ImageName;
  /** What is in it, for people who read `docker image ls`. */
  version: string;
  /** Its folder under images/. */
  folder: string;
  /** The image of ours that it is built on; the base on none. */
  on?: ImageName;
  args: Readonly<Record<string, string>>;
  /** About how long a first build takes, for who waits. */
  usualMs: number;
}

export interface CatalogueOptions {
  /** Extensions the postgres image carries. @default [] @example ["pg_trgm", "vector"] */
  extensions?: readonly string[];
  /** Any word; another one than before builds all anew, with Debian's packages of that day. @example "2026-11" */
  packages?: string;
}

/** A file of a build's context, with its path in it. */
export interface ContextFile {
  path: string;
  content: Buffer;
  executable: boolean;
}

/** All images of ours, each after the one that it is built on. */
export function catalogue({ extensions = [], packages = "" }: CatalogueOptions = {}): Recipe[] {
  return [
    { name: "base", version: "trixie", folder: "base", args: { PACKAGES: packages }, usualMs: 25_000 },
    {
      name: "postgres",
      version: "17",
      folder: "postgres",
      on: "base",
      args: { EXTENSION_PACKAGES: extensionPackages(extensions).join(" ") },
      usualMs: 15_000,
    },
    { name: "redis", version: "8", folder: "redis", on: "base", args: {}, usualMs: 5_000 },
    { name: "nginx", version: "1.26", folder: "nginx", on: "base", args: {}, usualMs: 5_000 },
    // What it restores, it starts and reads: that needs the server, with its extensions.
    { name: "keeper", version: "0.18", folder: "keeper", on: "postgres", args: {}, usualMs: 8_000 },
    { name: "logs", version: "5.40", folder: "logs", on: "base", args: {}, usualMs: 2_000 },
    { name: "registry", version: "2.8", folder: "registry", on: "base", args: {}, usualMs: 5_000 },
  ];
}

/** What decides whether an image is another one: its context, its arguments, and the tag of what it stands on. */
export function contentHash(
  files: readonly ContextFile[],
  args: Readonly<Record<string, string>>,
  base: string,
): string {
  const lines = [
    ...files.map(({ path, content, executable }) => `file ${path} ${executable ? "x" : "-"} ${sha256(content)}`),
    ...Object.entries(args).map(([name, value]) => `arg ${JSON.stringify([name, value])}`),
    `base ${base}`,
  ];
  return sha256(lines.sort().join("\n"));
}

/** @example "tidemark-postgres:17-3f1b516a45b7" */
export function tagOf({ name, version }: Pick<Recipe, "name" | "version">, hash: string): string {
  return `tidemark-${name}:${version}-${hash.slice(0, 12)}`;
}

function sha256(data: Buffer | string): string {
  return createHash("sha256").update(data).digest("hex");
}
