import type { ServiceSpec } from "./rollout";

interface Referring {
  TaskTemplate?: {
    ContainerSpec: {
      Secrets?: { SecretID: string }[];
      Configs?: { ConfigID: string }[];
      Mounts?: { Source?: string }[];
    };
    Networks?: { Target: string }[];
  };
}

/** Ids of the secrets, configs and networks, and names of the volumes, without which a service of that specification could not start. */
export function references(spec: ServiceSpec | Referring): string[] {
  const { ContainerSpec, Networks } = (spec as Referring).TaskTemplate ?? {};
  return [
    ...(ContainerSpec?.Secrets ?? []).map(({ SecretID }) => SecretID),
    ...(ContainerSpec?.Configs ?? []).map(({ ConfigID }) => ConfigID),
    ...(ContainerSpec?.Mounts ?? []).flatMap(({ Source }) => (Source === undefined ? [] : [Source])),
    ...(Networks ?? []).map(({ Target }) => Target),
  ];
}
