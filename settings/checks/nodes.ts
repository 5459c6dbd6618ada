import type { Problem } from "../refusal";
import type { Settings } from "../schema";

export function nodes({ docker, registry }: Settings): Problem[] {
  if (docker.nodes === 1 || registry) return [];
  return [
    {
      at: "registry",
      got: "nothing",
      why: `The ${docker.nodes} nodes have no place from which all can pull the images.`,
      fix: "Name one: registry: { server: registry.example }.",
    },
  ];
}
