import type { CatalogueOptions, ImageName } from "./catalogue";
import { type TaggedRecipe, taggedCatalogue } from "./context";
import type { Docker } from "../operations/docker";
import { type Root, type Workshop, ensureRoot, imageId } from "./root";

/** The images a stack needs, and what goes into them. */
export interface Wanted extends CatalogueOptions {
  images: readonly ImageName[];
}

/** An image that is on the Docker host now. */
export interface Present {
  name: ImageName;
  tag: string;
  /** Docker's own id of it. */
  id: string;
  built: boolean;
  tookMs: number;
  /** Of a base that was built just now: where its Debian came from. */
  root?: Root;
}

/** What a person who waits wants to hear. */
export interface Progress {
  image: ImageName;
  /** The how-manieth of how many. */
  nth: number;
  of: number;
  state: "building" | "built" | "there";
  /** How long a first build usually takes. */
  usualMs: number;
  tookMs: number;
}

/** Builds those of the wanted images whose tag the Docker host does not have, and before them what they are built on. */
export async function ensureImages(
  docker: Docker,
  wanted: Wanted,
  progress: (step: Progress) => void = () => {},
  workshop?: Workshop,
): Promise<Present[]> {
  const recipes = await taggedCatalogue(wanted);
  const ids = new Map<ImageName, string | undefined>();
  const look = async (name: ImageName): Promise<void> => {
    if (ids.has(name)) return;
    const { tag, on } = recipes[name];
    ids.set(name, await imageId(docker, tag));
    // What is there needs nothing below it any more.
    if (ids.get(name) === undefined && on !== undefined) await look(on);
  };
  for (const name of wanted.images) await look(name);
  const looked = Object.values(recipes).filter(({ name }) => ids.has(name));
  const missing = looked.filter(({ name }) => ids.get(name) === undefined);
  const there = looked.flatMap(({ name, tag }): Present[] => {
    const id = ids.get(name);
    return id === undefined ? [] : [{ name, tag, id, built: false, tookMs: 0 }];
  });

  const of = there.length + missing.length;
  const tell = (recipe: TaggedRecipe, nth: number, state: Progress["state"], tookMs: number) =>
    progress({ image: recipe.name, nth, of, state, usualMs: recipe.usualMs, tookMs });
  there.forEach(({ name }, at) => tell(recipes[name], at + 1, "there", 0));
  const built: Present[] = [];
  for (const [at, recipe] of missing.entries()) {
    const nth = there.length + at + 1;
    tell(recipe, nth, "building", 0);
    const present = await build(docker, recipe, recipe.on && recipes[recipe.on].tag, workshop);
    tell(recipe, nth, "built", present.tookMs);
    built.push(present);
  }
  return [...there, ...built];
}

/** @param on the image of ours that it is built on; none for the base, which is built on Debian */
async function build(
  docker: Docker,
  recipe: TaggedRecipe,
  on: string | undefined,
  workshop?: Workshop,
): Promise<Present> {
  const started = Date.now();
  const root = on === undefined ? await ensureRoot(docker, workshop) : undefined;
  await docker(buildArgs(recipe, on ?? root?.image ?? ""), { timeoutMs: 900_000 });
  const id = await imageId(docker, recipe.tag);
  if (!id) {
    throw new Error(`${recipe.tag} was built, but the Docker host does not have it.
  A builder of another kind keeps its images to itself. Choose the host's own: docker buildx use default`);
  }
  return { name: recipe.name, tag: recipe.tag, id, built: true, tookMs: Date.now() - started, ...(root && { root }) };
}

/** The arguments of `docker build`, good for the legacy builder and for BuildKit. */
export function buildArgs({ name, tag, context, args }: TaggedRecipe, standsOn: string): string[] {
  const all = { ...args, [name === "base" ? "ROOT" : "BASE"]: standsOn };
  const flags = Object.entries(all).flatMap(([key, value]) => ["--build-arg", `${key}=${value}`]);
  return ["build", "--tag", tag, "--label", `tidemark.image=${name}`, ...flags, context];
}
