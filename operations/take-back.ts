import { isDeepStrictEqual } from "node:util";
import { ApiError, type Api } from "./api";
import { inspect, remove, type Docker } from "./docker";
import type { ReleaseRecord } from "./ledger";
import { wantedOf, watch, type ServiceSpec, type SwarmService } from "./rollout";

export interface TakenBack {
  /** Services that have their former specification again. */
  back: string[];
  /** Services that the former release did not have. */
  removed: string[];
}

const LIMIT_MS = 180_000;

/**
 * Gives every service that a failed release moved its whole former specification again, and waits until all of the former
 * release run: one that Swarm itself is taking back has its specification already, and may not run yet.
 */
export async function takeBack(
  { docker, api, say }: { docker: Docker; api: Api; say: (line: string) => void },
  { services: former = {}, tag }: Pick<ReleaseRecord, "services" | "tag">,
  names: readonly string[],
): Promise<TakenBack> {
  const present = await inspect<SwarmService>(docker, "service", names);
  const { moved, added } = movedFrom(former, present);
  if (moved.length + added.length > 0) say(`going back to ${tag}: ${[...moved, ...added].join(", ")}`);
  await Promise.all([
    ...moved.map((name) => restore(docker, api, name, former[name] as ServiceSpec)),
    remove(docker, "service", added),
  ]);
  const wanted = names.flatMap((name) => former[name] ?? []).map(wantedOf);
  await watch(docker, wanted, LIMIT_MS, say);
  return { back: moved, removed: added };
}

/** What differs from a former release, and what it did not have. */
export function movedFrom(
  former: Readonly<Record<string, ServiceSpec>>,
  present: readonly SwarmService[],
): { moved: string[]; added: string[] } {
  const names = present.map(({ Spec }) => Spec.Name);
  return {
    moved: present
      .filter(({ Spec }) => {
        const its = former[Spec.Name];
        return its !== undefined && !isDeepStrictEqual(Spec, asItStands(its, Spec));
      })
      .map(({ Spec }) => Spec.Name),
    added: names.filter((name) => former[name] === undefined),
  };
}

/** Who was stopped stays stopped, and who was started since stays started: that is no part of a release. */
export function asItStands(former: ServiceSpec, present: ServiceSpec): ServiceSpec {
  const stopped = [former, present].some(({ Mode }) => Mode.Replicated?.Replicas === 0);
  return stopped ? { ...former, Mode: present.Mode } : former;
}

/** An update of which another one came first is refused; then it is asked again with what is there now. */
async function restore(docker: Docker, api: Api, name: string, former: ServiceSpec): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const [service] = await inspect<SwarmService & { Version: { Index: number } }>(docker, "service", [name]);
    if (!service) return;
    try {
      const path = `/services/${service.ID}/update?version=${service.Version.Index}`;
      await api("POST", path, asItStands(former, service.Spec));
      return;
    } catch (error) {
      if (!(error instanceof ApiError) || !/out of sequence/.test(error.said) || attempt === 5) throw error;
    }
  }
}
