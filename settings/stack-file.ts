import { basename } from "node:path";
import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument, type Document, type Node } from "yaml";
import type { Path } from "./path";
import { written } from "./path";
import type { Problem } from "./refusal";

/** Stands in the tree for a value that is encrypted in the file. */
export const HIDDEN = "(secret)";

/** A scalar of the file. `source` is its text as typed, which the value no longer shows: 1.10 is the number 1.1. */
export interface Leaf {
  path: Path;
  value: unknown;
  source: string;
  secure: boolean;
}

export interface StackFile {
  /** The settings, without the project's prefix, with HIDDEN for each encrypted value. */
  tree: Record<string, unknown>;
  leaves: Leaf[];
  problems: Problem[];
}

/** The stack of Pulumi.<stack>.yaml. */
export function stackOf(file: string): string {
  return /^Pulumi\.(.+)\.ya?ml$/.exec(basename(file))?.[1] ?? "STACK";
}

/**
 * Reads the file itself. Pulumi gives the program numbers where a text was meant, and shows an object that holds one
 * encrypted value as encrypted throughout.
 */
export function readStackFile(text: string, project: string): StackFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { uniqueKeys: false, lineCounter: lines });
  const found: StackFile = { tree: {}, leaves: [], problems: [] };
  for (const { pos, message } of document.errors) {
    const { line, col } = lines.linePos(pos[0]);
    found.problems.push({
      at: `line ${line}, column ${col}`,
      got: text.split("\n")[line - 1]?.trimStart().split(/[\s:]/)[0] || "nothing",
      why: `This is not YAML: ${message.split(/ at line \d|:?\n/)[0]}.`,
      fix: "Put that line right; indentation and brackets are the usual causes.",
    });
  }
  if (found.problems.length > 0) return found;

  const reader = new Reader(document, lines, found);
  const config = reader.entries(document.contents, []).find(([key]) => key === "config")?.[1];
  for (const [key, node] of reader.entries(config, ["config"])) {
    const name = ours(key, project);
    if (name === undefined) continue;
    found.tree[name] = truth(name, reader.value(node, [name]));
  }
  return found;
}

/** Whichever key `pulumi config set` was asked to write, it rewrites true and false beside it as texts. */
function truth(name: string, value: unknown): unknown {
  return MAY_BE_BOOLEAN.has(name) && (value === "true" || value === "false") ? value === "true" : value;
}

const MAY_BE_BOOLEAN = new Set(["throwAway", "database", "maintenance", "stopped"]);

/** Pulumi takes a key without a prefix for one of the project's own. */
function ours(key: string, project: string): string | undefined {
  if (!key.includes(":")) return key;
  return key.startsWith(`${project}:`) ? key.slice(project.length + 1) : undefined;
}

class Reader {
  constructor(
    private readonly document: Document,
    private readonly lines: LineCounter,
    private readonly found: StackFile,
  ) {}

  entries(node: unknown, path: Path): [string, unknown][] {
    const map = this.resolved(node);
    if (!isMap(map)) return [];
    const seen = new Map<string, number>();
    return map.items.map((pair) => {
      const key = String(isScalar(pair.key) ? pair.key.value : pair.key);
      const line = this.lineOf(pair.key);
      const first = seen.get(key);
      if (first !== undefined) {
        this.found.problems.push({
          at: written([...path, key]),
          got: `written twice, on lines ${first} and ${line}`,
          why: "Only one of the two can be meant.",
          fix: "Take one away.",
        });
      }
      seen.set(key, line);
      return [key, pair.value];
    });
  }

  value(node: unknown, path: Path): unknown {
    const held = this.resolved(node);
    if (isSeq(held)) return held.items.map((item, index) => this.value(item, [...path, index]));
    if (isMap(held)) {
      const entries = this.entries(held, path);
      if (isSecure(entries)) {
        this.found.leaves.push({ path, value: HIDDEN, source: HIDDEN, secure: true });
        return HIDDEN;
      }
      return Object.fromEntries(entries.map(([key, item]) => [key, this.value(item, [...path, key])]));
    }
    if (!isScalar(held)) return undefined;
    const source = held.source ?? String(held.value);
    this.found.leaves.push({ path, value: held.value, source, secure: false });
    return held.value;
  }

  private resolved(node: unknown): unknown {
    return isAlias(node) ? node.resolve(this.document) : node;
  }

  private lineOf(key: unknown): number {
    return this.lines.linePos((key as Node).range?.[0] ?? 0).line;
  }
}

function isSecure(entries: [string, unknown][]): boolean {
  const [only] = entries;
  return entries.length === 1 && only?.[0] === "secure" && isScalar(only[1]) && typeof only[1].value === "string";
}
