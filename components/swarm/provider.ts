import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { Scope } from "./scope";

/** What makes all of Docker's objects. */
export function dockerProvider(its: Pick<Scope, "host" | "registry">): docker.Provider {
  return new docker.Provider("docker", providerArgs(its));
}

/**
 * How Docker is reached, and what its nodes log in to the registry with. A service that names the login itself is made
 * anew, with an outage, whenever the password changes.
 */
export function providerArgs({ host, registry }: Pick<Scope, "host" | "registry">): docker.ProviderArgs {
  if (!registry) return { host };
  const { server: address, username, password } = registry;
  return { host, registryAuth: [{ address, username, password: pulumi.secret(password) }] };
}
