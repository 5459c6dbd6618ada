import { checkLeaves, checkSettings } from "./checks/all";
import { setSecret } from "./commands";
import { isMap, overlap, valueAt, withValue, written, type Path } from "./path";
import { Refusal, type Problem } from "./refusal";
import { settingsSchema, type Settings } from "./schema";
import { shapeProblems, type ShapeProblem } from "./shape";
import { HIDDEN, readStackFile, stackOf, type Leaf, type StackFile } from "./stack-file";

export interface StackText {
  /** The file's name, for messages and for the stack's name in them. @example "Pulumi.prod.yaml" */
  file: string;
  /** The file's text; undefined where there is no such file. */
  text: string | undefined;
  /** The project's name, which is the prefix of its keys. @default "tidemark" */
  project?: string;
}

export interface Configuration {
  /** The decrypted value of a key without its prefix; objects parsed. */
  get(key: string): unknown;
}

/** The settings of a stack, or a Refusal that names everything to put right. */
export function readSettings(source: StackText & { values: Configuration }): Settings {
  return settle(source, (found) => decrypted(found, source.values, stackOf(source.file)));
}

/** The same for who has no key to the secrets: each of them reads "(secret)". */
export function outline(source: StackText): Settings {
  return settle(source, (found) => found);
}

function settle(source: StackText, reveal: (found: StackFile) => StackFile): Settings {
  const { file, text, project = "tidemark" } = source;
  const stack = stackOf(file);
  if (text === undefined) throw new Refusal(file, [absent(stack)]);
  const found = reveal(readStackFile(text, project));
  if (Object.keys(found.tree).length === 0) {
    throw new Refusal(file, found.problems.length > 0 ? found.problems : [empty(stack)]);
  }

  const parsed = settingsSchema.safeParse(found.tree);
  const shape = parsed.success ? [] : shapeProblems(parsed.error.issues, found.tree, found.leaves);
  const settings = parsed.success ? parsed.data : putRight(found.tree, shape);
  const atLeaves = [...found.problems, ...checkLeaves(found.leaves, stack)];
  const further = settings ? checkSettings(settings, stack) : [];
  const problems = together(atLeaves, shape, further);
  if (problems.length > 0 || !settings) throw new Refusal(file, problems);
  return settings;
}

/** Puts the decrypted values where the file has them encrypted, and adds keys that come from elsewhere. */
function decrypted(found: StackFile, values: Configuration, stack: string): StackFile {
  let tree: unknown = found.tree;
  const problems = [...found.problems];
  const leaves = found.leaves.map((leaf): Leaf => {
    if (!leaf.secure) return leaf;
    const [key, ...rest] = leaf.path;
    const value = valueAt(values.get(String(key)), rest);
    if (value === undefined && key === "secrets") problems.push(undecrypted(leaf.path, stack));
    tree = withValue(tree, leaf.path, value ?? HIDDEN);
    return { ...leaf, value: value ?? HIDDEN };
  });
  if (Object.keys(found.tree).length === 0 && problems.length > 0) return found;
  for (const key of Object.keys(settingsSchema.shape)) {
    const value = key in found.tree ? undefined : values.get(key);
    if (value !== undefined) tree = withValue(tree, [key], value);
  }
  return { tree: isMap(tree) ? tree : {}, leaves, problems };
}

/** A process, or a Redis, of which nothing is known: what refers to it cannot be judged. */
function isWhole({ path }: ShapeProblem): boolean {
  return path.length <= 2 && (path[0] === "processes" || path[0] === "redis");
}

/** The settings as if the problems of shape were put right, so that the other checks can speak too; or undefined. */
function putRight(tree: unknown, shape: readonly ShapeProblem[]): Settings | undefined {
  if (shape.some(isWhole)) return undefined;
  const right = shape.reduce(
    (so, { path, instead }) => withValue(so, instead === undefined ? upToList(path) : path, instead),
    tree,
  );
  return settingsSchema.safeParse(right).data;
}

function upToList(path: Path): Path {
  const list = path.findIndex((part) => typeof part === "number");
  return list < 0 ? path : path.slice(0, list);
}

/** All problems, each place named once, and none that only follows from another. */
function together(leaves: readonly Problem[], shape: readonly Problem[], further: readonly Problem[]): Problem[] {
  const ofShape = shape.filter(({ at }) => !leaves.some((other) => other.at === at));
  const ofRest = further.filter(({ at }) => ![...leaves, ...ofShape].some((other) => overlap(other.at, at)));
  const all = [...leaves, ...ofShape, ...ofRest];
  return all
    .filter((one, index) => all.findIndex((other) => other.at === one.at) === index)
    .map(({ at, got, why, fix }) => ({ at, got, why, fix }));
}

function absent(stack: string): Problem {
  return {
    at: "the file",
    got: "nothing",
    why: "There is no such file.",
    fix: `Run: pulumi stack init ${stack}; then fill it in as Pulumi.dev.yaml shows.`,
  };
}

function empty(stack: string): Problem {
  return {
    at: "config",
    got: "nothing",
    why: "The file says nothing about an application.",
    fix: `Fill it in as Pulumi.dev.yaml shows, or begin with: pulumi config set name shop --stack ${stack}`,
  };
}

function undecrypted(path: Path, stack: string): Problem {
  return {
    at: written(path),
    got: HIDDEN,
    why: "It is encrypted in the file, but Pulumi gave no value for it.",
    fix: `Set it again: ${setSecret(String(path.at(-1)), stack)}`,
  };
}
