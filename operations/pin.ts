import { digestOf, type Registry } from "../images/digest";
import type { Settings } from "../settings/schema";
import { splitTag } from "../settings/tag";
import { inspect, type Docker } from "./docker";

/** Where a stack's images are, and how they are named there. */
export interface Store {
  registry: Registry;
  /** The registry is on the Docker host's own loopback. */
  local: boolean;
  /** The Docker host is another machine, so that its loopback is not ours. */
  remote: boolean;
}

export function storeOf(settings: Pick<Settings, "registry" | "docker" | "secrets">, host: string): Store {
  const { registry, docker, secrets } = settings;
  const remote = !/^(unix|npipe):/.test(host);
  if (!registry) return { registry: { server: `127.0.0.1:${docker.registryPort}` }, local: true, remote };
  const password = registry.password === undefined ? undefined : secrets[registry.password];
  return {
    registry: {
      server: registry.server,
      ...(registry.username !== undefined && { username: registry.username }),
      ...(password !== undefined && { password }),
    },
    local: false,
    remote,
  };
}

/** @example qualified("shop", store) is "127.0.0.1:5000/shop"; a name with a server keeps it */
export function qualified(image: string, { registry }: Store): string {
  const [first = "", ...rest] = image.split("/");
  const hasServer = rest.length > 0 && /[.:]|^localhost$/.test(first);
  return hasServer ? image : `${registry.server}/${image}`;
}

/** What a tag means now, with its digest; nothing when there is no such tag. With a digest it means that one for good. */
export async function pin(docker: Docker, store: Store, image: string, tag: string): Promise<string | undefined> {
  const name = qualified(image, store);
  const [server = "", ...repository] = name.split("/");
  const { name: plain, digest } = splitTag(tag);
  if (digest !== undefined) {
    const pinned = `${name}:${plain}@${digest}`;
    if ((await inspect(docker, "image", [pinned])).length > 0) return pinned;
    if (store.local && store.remote) return undefined;
    const found = await digestOf(
      server === store.registry.server ? store.registry : { server },
      repository.join("/"),
      digest,
    );
    return found && pinned;
  }
  if (store.local && store.remote) return pinnedOnHost(docker, name, tag);
  const registry = server === store.registry.server ? store.registry : { server };
  return digestOf(registry, repository.join("/"), tag);
}

/** A registry on another machine's loopback cannot be asked from here, but that machine's Docker knows what it pushed. */
async function pinnedOnHost(docker: Docker, name: string, tag: string): Promise<string | undefined> {
  const [found] = await inspect<{ RepoDigests: string[] }>(docker, "image", [`${name}:${tag}`]);
  const digest = found?.RepoDigests.find((one) => one.startsWith(`${name}@`))?.slice(name.length);
  return digest && `${name}:${tag}${digest}`;
}
