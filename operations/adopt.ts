/** A resource as it stands in an exported state. */
export interface StateResource {
  urn: string;
  type: string;
  id?: string;
  inputs?: Record<string, unknown>;
  outputs?: Record<string, unknown>;
  /** Gone already, to make room for its successor. */
  pendingReplacement?: boolean;
  /** To go, for its successor is there. */
  delete?: boolean;
  [more: string]: unknown;
}

export interface Deployment {
  resources?: StateResource[];
  pending_operations?: { type: string; resource: StateResource }[];
  [more: string]: unknown;
}

/** The id of the real thing that a resource describes; undefined when there is none. */
export type Find = (type: string, inputs: Record<string, unknown>) => Promise<string | undefined>;

export interface Adopted {
  deployment: Deployment;
  adopted: string[];
  dropped: string[];
}

/** Nothing was ever made by this state, as far as it knows. */
export function knowsNothing({ resources = [], pending_operations: pending = [] }: Deployment): boolean {
  return ![...resources, ...pending.map(({ resource }) => resource)].some(({ type }) => type.startsWith("docker:"));
}

/** The ids of all that it knows. */
export function knownIds({ resources = [] }: Deployment): Set<string> {
  return new Set(resources.flatMap(({ id }) => id ?? []));
}

/**
 * A state without pending operations. What a killed run was making is taken into the state where it exists: a second
 * try would stumble over it. The refresh of the next run reads what it really is.
 */
export async function settlePending(deployment: Deployment, find: Find): Promise<Adopted> {
  let resources = [...(deployment.resources ?? [])];
  const known = new Set(resources.filter((its) => !its.delete && !its.pendingReplacement).map(({ urn }) => urn));
  const adopted: string[] = [];
  const dropped: string[] = [];
  for (const { type, resource } of deployment.pending_operations ?? []) {
    if (type !== "creating") continue;
    const id = known.has(resource.urn) ? undefined : await find(resource.type, resource.inputs ?? {});
    const name = resource.urn.split("::").at(-1) ?? resource.urn;
    if (id === undefined) {
      dropped.push(name);
      continue;
    }
    resources = resources.filter(({ urn, pendingReplacement }) => urn !== resource.urn || !pendingReplacement);
    resources.push({ ...resource, id, outputs: { ...resource.inputs, id } });
    known.add(resource.urn);
    adopted.push(name);
  }
  return { deployment: { ...deployment, resources, pending_operations: [] }, adopted, dropped };
}
