import { isDeepStrictEqual } from "node:util";
import { isOwn } from "../database";
import type { Problem } from "../refusal";
import type { Settings } from "../schema";

type Placement = Settings["placement"];
interface User {
  name: string;
  placement: Placement;
}

/** A volume is local to its node: on another node a task would find an empty one. */
export function volumes(settings: Settings): Problem[] {
  return [...takenNames(settings), ...unknownVolumes(settings), ...(settings.docker.nodes > 1 ? apart(settings) : [])];
}

function takenNames({ volumes, redis }: Settings): Problem[] {
  const own = [
    "static",
    "edge-files",
    "postgres",
    "postgres-sockets",
    ...Object.keys(redis).map((name) => `${name}-data`),
  ];
  return Object.keys(volumes)
    .filter((name) => own.includes(name) || /^(static-.*|postgres-g\d+)$/.test(name))
    .map((name) => ({
      at: `volumes.${name}`,
      got: name,
      why: "A volume of that name is made by Tidemark.",
      fix: `Give it another name, such as app-${name}.`,
    }));
}

function unknownVolumes({ processes, volumes, media }: Settings): Problem[] {
  const known = [...Object.keys(volumes), ...(media ? ["media"] : [])];
  return Object.entries(processes).flatMap(([process, its]) =>
    Object.keys(its.volumes)
      .filter((name) => !known.includes(name))
      .map((name) => ({
        at: `processes.${process}.volumes.${name}`,
        got: its.volumes[name] ?? "",
        why: "There is no such volume.",
        fix: known.length
          ? `There are ${known.join(", ")}; or add volumes: { ${name}: {} }.`
          : `Add volumes: { ${name}: {} }.`,
      })),
  );
}

function apart(settings: Settings): Problem[] {
  return held(settings).flatMap(({ at, users }): Problem | [] => {
    const [first] = users;
    const isTogether = users.every(({ placement }) => isDeepStrictEqual(placement, first?.placement));
    if (!first || (isTogether && Object.keys(first.placement ?? {}).length > 0)) return [];
    return {
      at,
      got: users.map(({ name, placement }) => `${name} on ${label(placement)}`).join(", "),
      why: `With ${settings.docker.nodes} nodes a task may start where its files are not.`,
      fix: `Give ${users.length > 1 ? "all of them the same" : "it a"} placement, a label that one node has${or(at)}.`,
    };
  });
}

/** A driver of its own can show one volume on all nodes; the data of a server cannot be shared so. */
function or(at: string): string {
  if (at === "media") return ", or make volumes.media with a shared driver";
  return at.startsWith("volumes.") ? ", or mark the volume shared" : "";
}

/** Every volume with all that use it. */
function held(settings: Settings): { at: string; users: User[] }[] {
  const { processes, edge, database, redis, media, volumes } = settings;
  const user = (name: string, placement: Placement): User => ({ name, placement: placement ?? settings.placement });
  const front = user("edge", edge.placement);
  const those = (wanted: (name: string) => boolean) =>
    Object.keys(processes)
      .filter(wanted)
      .map((name) => user(name, processes[name]?.placement));
  const kinds = (...some: string[]) => those((name) => some.includes(processes[name]?.kind ?? ""));
  return [
    { at: "edge.placement", users: [front] },
    ...(isOwn(database) ? [{ at: "database.placement", users: [user("postgres", database.placement)] }] : []),
    ...Object.entries(redis).flatMap(([name, one]) =>
      "external" in one ? [] : [{ at: `redis.${name}.placement`, users: [user(name, one.placement)] }],
    ),
    ...(media ? [{ at: "media", users: [...kinds("web", "worker", "beat"), ...(media.url ? [front] : [])] }] : []),
    ...(settings.static ? [{ at: "static", users: [...kinds("web"), front] }] : []),
    ...Object.entries(volumes)
      .filter(([, { shared }]) => !shared)
      .map(([name]) => ({
        at: `volumes.${name}`,
        users: those((process) => name in (processes[process]?.volumes ?? {})),
      })),
  ].filter(({ at }) => at !== "media" || !volumes["media"]?.shared);
}

function label(placement: Placement): string {
  const pairs = Object.entries(placement ?? {}).map(([key, value]) => `${key}=${value}`);
  return pairs.length ? pairs.join(" ") : "any node";
}
