/** A resource as it stands in an exported state. */
export interface StateResource {
  urn: string;
  type: string;
  id?: string;
  inputs?: Record<string, unknown>;
  outputs?: Record<string, unknown>;
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

/**
 * A state without pending operations. What a killed run was making is taken into the state where it exists: a second
 * try would stumble over it. The refresh of the next run reads what it really is.
 */
export async function settlePending(deployment: Deployment, find: Find): Promise<Adopted> {
  const resources = [...(deployment.resources ?? [])];
  const known = new Set(resources.map(({ urn }) => urn));
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
    resources.push({ ...resource, id, outputs: { ...resource.inputs, id } });
    known.add(resource.urn);
    adopted.push(name);
  }
  return { deployment: { ...deployment, resources, pending_operations: [] }, adopted, dropped };
}
