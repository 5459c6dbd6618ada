import { lines, type Docker } from "../../operations/docker";
import { noneWithoutSwarm } from "../../operations/sweep";

const LISTS: Record<string, string[]> = {
  service: ["service", "ls", "--format", "{{.Name}}"],
  container: ["ps", "--all", "--format", "{{.Names}}"],
  network: ["network", "ls", "--format", "{{.Name}}"],
  volume: ["volume", "ls", "--format", "{{.Name}}"],
  secret: ["secret", "ls", "--format", "{{.Name}}"],
  config: ["config", "ls", "--format", "{{.Name}}"],
};

/** All of Docker's objects whose name says that they are the stack's, with a label or without one. */
export async function leftOver(docker: Docker, prefix: string): Promise<string[]> {
  const each = Object.entries(LISTS).map(async ([kind, list]) =>
    (await noneWithoutSwarm(lines(docker, list)))
      .filter((name) => name === prefix || (/^[-._]/.test(name.slice(prefix.length)) && name.startsWith(prefix)))
      .map((name) => `${kind} ${name}`),
  );
  return (await Promise.all(each)).flat().sort();
}
