import { readFile, readdir, stat } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import {
  type CatalogueOptions,
  type ContextFile,
  type ImageName,
  type Recipe,
  catalogue,
  contentHash,
  tagOf,
} from "./catalogue";

/** A recipe with the tag its present content has. Asks no Docker, so it serves a preview too. */
export interface TaggedRecipe extends Recipe {
  tag: string;
  /** Where its context lies on this machine. */
  context: string;
}

/** The whole catalogue with tags, by name. */
export async function taggedCatalogue(options?: CatalogueOptions): Promise<Record<ImageName, TaggedRecipe>> {
  const tagged = {} as Record<ImageName, TaggedRecipe>;
  for (const recipe of catalogue(options)) {
    const context = join(__dirname, recipe.folder);
    const standsOn = recipe.on === undefined ? "debian trixie" : tagged[recipe.on].tag;
    const tag = tagOf(recipe, contentHash(await contextFiles(context), recipe.args, standsOn));
    tagged[recipe.name] = { ...recipe, tag, context };
  }
  return tagged;
}

/** Every file of a build's context. */
export async function contextFiles(context: string): Promise<ContextFile[]> {
  const entries = await readdir(context, { recursive: true, withFileTypes: true });
  return Promise.all(
    entries
      .filter((entry) => entry.isFile())
      .map(async (entry) => {
        const file = join(entry.parentPath, entry.name);
        const path = relative(context, file).split(sep).join("/");
        return { path, content: await readFile(file), executable: ((await stat(file)).mode & 0o100) !== 0 };
      }),
  );
}
