import { inspect, type Docker } from "./docker";
import type { Find } from "./adopt";

const KINDS: Record<string, "service" | "network" | "volume" | "secret" | "config"> = {
  "docker:index/service:Service": "service",
  "docker:index/network:Network": "network",
  "docker:index/volume:Volume": "volume",
  "docker:index/secret:Secret": "secret",
  "docker:index/serviceConfig:ServiceConfig": "config",
};

interface Named {
  ID?: string;
  Id?: string;
  Name?: string;
}

/** Looks a resource of Docker's up by its name. */
export function findInDocker(docker: Docker): Find {
  return async (type, { name }) => {
    const kind = KINDS[type];
    if (!kind || typeof name !== "string") return undefined;
    const [found] = await inspect<Named>(docker, kind, [name]);
    return kind === "volume" ? found?.Name : (found?.ID ?? found?.Id);
  };
}

/** Looks a role or a database up, in the way that `ask` can. */
export function findInDatabase(ask: (sql: string, name: string) => Promise<boolean>): Find {
  const queries: Record<string, string> = {
    "postgresql:index/role:Role": "SELECT 1 FROM pg_roles WHERE rolname = $1",
    "postgresql:index/database:Database": "SELECT 1 FROM pg_database WHERE datname = $1",
  };
  return async (type, { name }) => {
    const query = queries[type];
    if (!query || typeof name !== "string") return undefined;
    return (await ask(query, name)) ? name : undefined;
  };
}
