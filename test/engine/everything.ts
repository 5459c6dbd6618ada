import { lines, type Docker } from "../../operations/docker";

const LISTS: Record<string, string[]> = {
  service: ["service", "ls", "--format", "{{.Name}} {{.Replicas}} {{.Image}}"],
  container: ["ps", "--all", "--no-trunc", "--format", '{{.ID}} {{.Names}} {{.Label "tidemark.stack"}}'],
  volume: ["volume", "ls", "--format", '{{.Name}} {{.Label "tidemark.stack"}}'],
  network: ["network", "ls", "--no-trunc", "--format", '{{.ID}} {{.Name}} {{.Label "tidemark.stack"}}'],
  secret: ["secret", "ls", "--format", '{{.ID}} {{.Name}} {{.Label "tidemark.stack"}}'],
  config: ["config", "ls", "--format", '{{.ID}} {{.Name}} {{.Label "tidemark.stack"}}'],
  image: [
    "image",
    "ls",
    "--all",
    "--digests",
    "--no-trunc",
    "--format",
    "{{.Repository}}:{{.Tag}} {{.Digest}} {{.ID}}",
  ],
};

/** A line for every object that Docker has, but for those of the stacks named, which others may be changing. */
export async function everything(docker: Docker, but: readonly string[]): Promise<string[]> {
  const all = await Promise.all(
    Object.entries(LISTS).map(async ([kind, list]) => (await lines(docker, list)).map((line) => `${kind} ${line}`)),
  );
  return all
    .flat()
    .filter((line) => !but.some((prefix) => line.includes(prefix)))
    .sort();
}

/** Prefixes of the stacks that there are, but for one's own. */
export async function otherStacks(docker: Docker, own: string): Promise<string[]> {
  const labels = await lines(docker, ["service", "ls", "--format", "{{.Name}}", "--filter", "label=tidemark.stack"]);
  const prefixes = labels.map((name) => name.split("-").slice(0, 2).join("-"));
  return [...new Set(prefixes)].filter((prefix) => prefix !== own);
}
