import {
  attributeChanges,
  attributeProblems,
  type Attributes,
  defaultsOf,
  generatedName,
  sameAttribute,
} from "../server/attribute";
import type { Diff, Problem, Resource } from "../server/plugin";
import { type Bag, holdsUnknown, reveal, sameValue, Secret, type Value } from "../server/value";
import { type Server, SqlError } from "./server";

/** One kind of thing on a PostgreSQL server. `Inputs` is what the official package lets a program say. */
export interface Kind<Inputs> {
  attributes: Record<keyof Inputs & string, Attributes[string]>;
  /** What the attributes' types cannot say. Not asked while something is still unknown. */
  problems?(inputs: Inputs): Problem[];
  /** As the official plugin composes it. */
  id(server: Server, inputs: Inputs): string;
  create(server: Server, wanted: Inputs): Promise<void>;
  /** What the server has; undefined where it is gone. Passwords are not among it. */
  read(server: Server, known: Inputs): Promise<Partial<Inputs> | undefined>;
  /** Enough to `read` by, from an id alone; undefined where there is no such thing. */
  find(server: Server, id: string): Promise<Inputs | undefined>;
  update(server: Server, was: Inputs, wanted: Inputs): Promise<void>;
  delete(server: Server, was: Inputs): Promise<void>;
}

/** Makes a Pulumi resource of a kind: defaults, differences, drift and secrets are the same for all. */
export function managed<Inputs>(kind: Kind<Inputs>, connect: () => Server): Resource {
  const attributes: Attributes = kind.attributes;
  const plain = (bag: Bag): Inputs => reveal(bag) as Inputs;

  const settled = async (inputs: Bag): Promise<Bag> => {
    const actual = (await kind.read(connect(), plain(inputs))) ?? {};
    return { ...inputs, ...sealedLike(inputs, actual) };
  };

  return {
    check(news, olds, { name, seed }) {
      const given = Object.fromEntries(Object.entries(news).filter(([, value]) => value !== null));
      const inputs: Bag = { ...defaultsOf(attributes), ...given };
      if ("name" in attributes) inputs["name"] ??= olds["name"] ?? generatedName(name, seed);
      const problems = attributeProblems(attributes, inputs);
      if (problems.length === 0 && !holdsUnknown(inputs)) problems.push(...(kind.problems?.(plain(inputs)) ?? []));
      return { inputs, problems };
    },

    diff(_id, state, news): Diff {
      const changes = attributeChanges(attributes, state, news);
      const replaces = Object.keys(changes).filter((name) => attributes[name]!.replaces);
      // A grant that is revoked after its successor was made would take that one's privileges along.
      return { changes, replaces, deleteBeforeReplace: replaces.length > 0 };
    },

    async create(inputs, { log }) {
      const server = connect();
      await kind.create(server, plain(inputs));
      const id = kind.id(server, plain(inputs));
      try {
        return { id, state: await settled(inputs) };
      } catch (failure) {
        // It exists: failing now would lose it from the state. The next refresh reads the rest.
        log(`created, but not read back: ${String(failure)}`);
        return { id, state: inputs };
      }
    },

    async read(id, state, inputs) {
      const server = connect();
      const imported = Object.keys(state).length === 0;
      const known = imported ? await kind.find(server, id) : plain(state);
      const actual = known && ((await whereItExists(() => kind.read(server, known))) as Bag | undefined);
      if (!actual) return undefined;
      if (imported) {
        const all = { ...defaultsOf(attributes), ...(known as Bag), ...actual };
        return { id, state: all, inputs: { ...all, ...inputs } };
      }
      const drifted = Object.entries(inputs).map(([name, value]) => {
        const now = actual[name];
        const same = now === undefined || sameAttribute(attributes[name] ?? { type: "text" }, value, now);
        return [name, same ? value : sealAs(value, now)] as const;
      });
      const after = { ...state, ...sealedLike(state, actual) };
      return { id: kind.id(server, plain(after)), state: after, inputs: Object.fromEntries(drifted) };
    },

    async update(_id, state, news) {
      await kind.update(connect(), plain(state), plain(news));
      return settled(news);
    },

    async delete(_id, state) {
      await whereItExists(() => kind.delete(connect(), plain(state)));
    },
  };
}

/** Keeps the spelling and the secrecy of what is said already; only what truly differs is taken over. */
function sealedLike(said: Bag, actual: Bag): Bag {
  return Object.fromEntries(
    Object.entries(actual).map(([name, value]) => {
      const before = said[name];
      return [name, before !== undefined && sameValue(before, value) ? before : sealAs(before, value)];
    }),
  );
}

function sealAs(said: Value | undefined, value: Value): Value {
  return said instanceof Secret ? new Secret(value) : value;
}

/** What lies in a database that is gone is gone too. */
async function whereItExists<Result>(work: () => Promise<Result>): Promise<Result | undefined> {
  try {
    return await work();
  } catch (failure) {
    const noSuchDatabase = "3D000";
    if (failure instanceof SqlError && failure.code === noSuchDatabase) return undefined;
    throw failure;
  }
}
