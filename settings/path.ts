/** Where a value is in the settings: keys from the outside in, a number for a place in a list. */
export type Path = readonly (string | number)[];

/** As it is written in an error: processes.web.env.LANG, edge.routes[0].to. */
export function written(path: Path): string {
  return path
    .map((part, index) => {
      if (typeof part === "number") return `[${part}]`;
      if (!/^[\w-]+$/.test(part)) return `[${JSON.stringify(part)}]`;
      return index ? `.${part}` : part;
    })
    .join("");
}

export function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function valueAt(tree: unknown, path: Path): unknown {
  let value = tree;
  for (const part of path) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, part)) return undefined;
    value = (value as Record<string | number, unknown>)[part];
  }
  return value;
}

/** A copy of the tree with another value at the path; undefined takes the key away. */
export function withValue(tree: unknown, path: Path, value: unknown): unknown {
  const [part, ...rest] = path;
  if (part === undefined) return value;
  if (Array.isArray(tree))
    return tree.map((item: unknown, index) => (index === part ? withValue(item, rest, value) : item));
  const { [part]: old, ...others } = isMap(tree) ? tree : {};
  const changed = withValue(old, rest, value);
  return changed === undefined ? others : { ...others, [part]: changed };
}

/** True where one of the two holds the other. */
export function overlap(one: string, other: string): boolean {
  const holds = (outer: string, inner: string) =>
    inner === outer || inner.startsWith(`${outer}.`) || inner.startsWith(`${outer}[`);
  return holds(one, other) || holds(other, one);
}
