import { Application } from "../../components/application";
import { dockerProvider } from "../../components/swarm/provider";
import { scopeOf, scopePrefix } from "../../components/swarm/scope";
import type { World } from "../../operations/survey";
import type { Settings } from "../../settings/schema";
import { build, type Registered } from "./build";
import { worldOf } from "./world";

export const STACK = "prod";

/** All that the program registers for these settings, as index.ts does after it has looked at the world. */
export async function application(
  settings: Settings,
  { preview = false, world }: { preview?: boolean; world?: Partial<World> } = {},
): Promise<Registered[]> {
  return build(
    () => {
      const seen = worldOf(settings, world);
      const providers = [dockerProvider(scopeOf(settings, seen, STACK))];
      new Application(scopePrefix(settings, STACK), { settings, world: seen, stack: STACK }, { providers });
    },
    { preview },
  );
}

export function ofType(all: readonly Registered[], type: string): Registered[] {
  return all.filter((one) => one.type === type);
}

/** The one of a name and type; its absence is the test's failure. */
export function the(all: readonly Registered[], type: string, name: string): Registered {
  const found = all.find((one) => one.type === type && one.name === name);
  if (!found)
    throw new Error(
      `no ${type} ${name}; there are ${ofType(all, type)
        .map((one) => one.name)
        .join(", ")}`,
    );
  return found;
}

export const SERVICE = "docker:index/service:Service";
export const VOLUME = "docker:index/volume:Volume";
export const SECRET = "docker:index/secret:Secret";
export const CONFIG = "docker:index/serviceConfig:ServiceConfig";
export const COMMAND = "command:local:Command";
