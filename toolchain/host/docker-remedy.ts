import type { DockerFacts } from "./docker-facts";

/** What is done about a Docker engine that does not answer. */
export type Remedy =
  { kind: "install" } | { kind: "start"; by: "systemd" | "hand" } | { kind: "refuse"; message: string };

export function remedy(facts: DockerFacts): Remedy {
  if (facts.elsewhere) {
    return refuse(
      `The Docker engine at ${facts.elsewhere} does not answer`,
      facts.said,
      "Is the machine up, does `docker info` work in this shell? Or change docker.host, DOCKER_HOST or the context.",
    );
  }
  if (/permission denied/i.test(facts.said ?? "")) {
    return refuse(
      "You may not use this machine's Docker engine",
      facts.said,
      "Join its group and log in anew: sudo usermod -aG docker $USER",
    );
  }
  if (facts.hasDaemon && facts.said !== undefined) {
    if (facts.root) return { kind: "start", by: facts.systemd ? "systemd" : "hand" };
    return refuse(
      "The Docker engine is installed and does not run",
      facts.said,
      "Start it: sudo systemctl start docker",
    );
  }
  if (facts.root && facts.system.some((id) => id === "debian" || id === "ubuntu")) return { kind: "install" };
  return refuse(
    "There is no Docker engine",
    facts.said,
    facts.root
      ? "Install Docker Engine 20.10 or newer: https://docs.docker.com/engine/install/"
      : "Install Docker Engine 20.10 or newer (https://docs.docker.com/engine/install/), on Debian and Ubuntu: " +
          "sudo apt-get install docker.io; or name another machine's: DOCKER_HOST=ssh://user@host",
  );
}

function refuse(what: string, said: string | undefined, fix: string): Remedy {
  const lines = (said ?? "").split("\n").filter((line) => line.trim() !== "");
  return {
    kind: "refuse",
    message: [what, ...lines.slice(-3).map((line) => `  ${line.trim()}`), `  ${fix}`].join("\n"),
  };
}
