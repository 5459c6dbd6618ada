import {
  attributeChanges,
  attributeProblems,
  type Attributes,
  defaultsOf,
  generatedName,
  sameAttribute,
} from "../server/attribute";
import { type Call, type Diff, PluginError, type Problem, type Resource } from "../server/plugin";
import { type Bag, holdsUnknown, reveal, Secret, type Value } from "../server/value";
import type { Aws, Clients } from "./clients";

/** One kind of thing at AWS. `Inputs` is what the official package lets a program say. */
export interface Kind<Inputs> {
  attributes: Record<keyof Inputs & string, Attributes[string]>;
  /** The input that gets a name with seven random letters where the program has none, and how long it may be. */
  named?: { as: keyof Inputs & string; longest: number };
  /** Outputs that are only ever told encrypted. */
  secret?: readonly string[];
  create(aws: Aws, wanted: Inputs): Promise<Made>;
  /** What is there, inputs and outputs, as far as AWS tells it; what it says is not there is undefined. */
  read(aws: Aws, id: string, known: Partial<Inputs>): Promise<Found | undefined>;
  update(aws: Aws, id: string, was: Inputs, wanted: Inputs): Promise<void>;
  delete(aws: Aws, id: string, was: Inputs): Promise<void>;
}

export interface Made {
  id: string;
  /** What is told at this one time only. */
  outputs?: Bag;
}

export type Found = Record<string, Value | undefined>;

/** What each service calls a thing that is not, or no longer, there. */
const GONE = new Set([
  "NoSuchBucket",
  "NoSuchBucketPolicy",
  "NoSuchEntity",
  "NoSuchEntityException",
  "NoSuchLifecycleConfiguration",
  "NoSuchPublicAccessBlockConfiguration",
  "NotFound",
  "NotFoundException",
  "ObjectLockConfigurationNotFoundError",
  "OwnershipControlsNotFoundError",
  "ReplicationConfigurationNotFoundError",
  "ServerSideEncryptionConfigurationNotFoundError",
]);

/** Makes a Pulumi resource of a kind: defaults, names, differences, drift and secrets are the same for all. */
export function managed<Inputs>(kind: Kind<Inputs>, connect: () => Clients): Resource {
  const attributes: Attributes = kind.attributes;
  const plain = (bag: Bag): Inputs => reveal(bag) as Inputs;
  const at = (bag: Bag): Aws => connect().in(textOf(bag["region"]));

  /** What was asked for was accepted; the rest is as AWS chose it. */
  const settled = async (aws: Aws, id: string, inputs: Bag, told: Bag, { log }: Call): Promise<Bag> => {
    try {
      const found = (await kind.read(aws, id, plain(inputs))) ?? {};
      return sealed(kind, { ...present(found), ...told, ...inputs });
    } catch (failure) {
      // It exists: failing now would lose it from the state. The next refresh reads the rest.
      log(`made, but not read back: ${String(failure)}`);
      return sealed(kind, { ...told, ...inputs });
    }
  };

  return {
    check(news, olds, { name, seed }) {
      const given = Object.fromEntries(Object.entries(news).filter(([, value]) => value !== null));
      const inputs: Bag = { ...defaultsOf(attributes), ...given };
      if (kind.named) inputs[kind.named.as] ??= olds[kind.named.as] ?? generatedName(name.toLowerCase(), seed);
      const problems = attributeProblems(attributes, inputs);
      if (kind.named) problems.push(...tooLong(kind.named, inputs));
      return { inputs, problems };
    },

    diff(_id, state, news): Diff {
      const changes = attributeChanges(attributes, state, news);
      return { changes, replaces: Object.keys(changes).filter((name) => attributes[name]!.replaces) };
    },

    create: (inputs, call) =>
      telling(async () => {
        const aws = at(inputs);
        const { id, outputs = {} } = await patiently(() => kind.create(aws, plain(inputs)));
        return { id, state: await settled(aws, id, inputs, outputs, call) };
      }),

    read: (whole, state, inputs) =>
      telling(async () => {
        const imported = Object.keys(state).length === 0;
        // As the official plugin imports from another region than the provider's.
        const [id = "", region] = imported ? whole.split("@") : [whole];
        const aws = region === undefined ? at(state) : connect().in(region);
        const found = await whereItIs(() => kind.read(aws, id, plain(state) as Partial<Inputs>));
        if (found === undefined) return undefined;
        const actual = present(found);
        if (imported) {
          const said = Object.entries(actual).filter(([name]) => name in attributes);
          const all = { ...defaultsOf(attributes), ...Object.fromEntries(said) };
          return { id, state: sealed(kind, { ...all, ...actual }), inputs: { ...all, ...inputs } };
        }
        const now = (name: string, before: Value): Value | undefined => {
          if (!(name in found)) return before;
          const attribute = attributes[name] ?? { type: "other" };
          const value = found[name];
          return sameAttribute(attribute, before, value) ? before : sealAs(before, value);
        };
        const refreshed = (bag: Bag): Bag =>
          present(Object.fromEntries(Object.entries(bag).map(([name, before]) => [name, now(name, before)])));
        return { id, state: sealed(kind, { ...actual, ...refreshed(state) }), inputs: refreshed(inputs) };
      }),

    update: (id, state, news, call) =>
      telling(async () => {
        const aws = at(state);
        await patiently(() => kind.update(aws, id, plain(state), plain(news)));
        const kept = Object.fromEntries((kind.secret ?? []).map((name) => [name, state[name] ?? null]));
        return settled(aws, id, news, kept, call);
      }),

    delete: (id, state) =>
      telling(async () => {
        await whereItIs(() => patiently(() => kind.delete(at(state), id, plain(state))));
      }),
  };
}

function tooLong({ as, longest }: { as: string; longest: number }, inputs: Bag): Problem[] {
  const name = inputs[as];
  if (typeof name !== "string" || name.length <= longest) return [];
  return [{ property: as, reason: `${name} is longer than the ${longest} characters that AWS takes` }];
}

function sealed<Inputs>({ secret = [] }: Kind<Inputs>, bag: Bag): Bag {
  const hidden = secret.flatMap((name) => {
    const value = bag[name];
    return value === undefined || value instanceof Secret || holdsUnknown(value) ? [] : [[name, new Secret(value)]];
  });
  return { ...bag, ...(Object.fromEntries(hidden) as Bag) };
}

function sealAs(said: Value, value: Value | undefined): Value | undefined {
  return said instanceof Secret && value !== undefined ? new Secret(value) : value;
}

function present(found: Found): Bag {
  return Object.fromEntries(Object.entries(found).filter((entry): entry is [string, Value] => entry[1] !== undefined));
}

function textOf(value: Value | undefined): string | undefined {
  return typeof value === "string" ? value : undefined;
}

async function whereItIs<Result>(work: () => Promise<Result>): Promise<Result | undefined> {
  try {
    return await work();
  } catch (failure) {
    if (failure instanceof Error && GONE.has(failure.name)) return undefined;
    throw failure;
  }
}

const PATIENCE_MS = 60_000;

/** S3 takes one change of a bucket at a time, and refuses a second one for as long as the first is not everywhere. */
async function patiently<Result>(work: () => Promise<Result>): Promise<Result> {
  for (const started = Date.now(); ;) {
    try {
      return await work();
    } catch (failure) {
      const passing = failure instanceof Error && failure.name === "OperationAborted";
      if (!passing || Date.now() - started > PATIENCE_MS) throw failure;
      await new Promise((resolve) => setTimeout(resolve, 1000));
    }
  }
}

/** What AWS says, or why it cannot be asked, without the stack of its SDK. */
async function telling<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (failure) {
    if (failure instanceof PluginError || !(failure instanceof Error)) throw failure;
    if (!("$metadata" in failure || "code" in failure || "$fault" in failure)) throw failure;
    throw new PluginError(`${failure.name}: ${failure.message || String((failure as { code?: unknown }).code)}`);
  }
}
