import { isOwn } from "../database";
import type { Problem } from "../refusal";
import type { Settings } from "../schema";

export function nodes(settings: Settings): Problem[] {
  return [...registryOfAll(settings), ...farDatabase(settings)];
}

/** Roles and grants are made through the loopback of the Docker host, to which no tunnel is opened. */
function farDatabase({ docker, database }: Settings): Problem[] {
  if (!docker.host?.startsWith("ssh://") || !isOwn(database)) return [];
  return [
    {
      at: "docker.host",
      got: docker.host,
      why: "From here the database that Tidemark runs there cannot be reached: only that machine's own loopback leads to it.",
      fix: "Run Tidemark on that machine and leave this out; or use an external database.",
    },
  ];
}

function registryOfAll({ docker, registry }: Settings): Problem[] {
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
