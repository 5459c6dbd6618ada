import { randomBytes } from "node:crypto";
import { inspect, lines, remove, removeUnlessUsed, type Docker } from "./docker";
import type { Mounted } from "./job";

/** A file that a job is shown, and that nobody else needs. */
export interface PassingFile {
  kind: "secret" | "config";
  target: string;
  text: string;
}

const ROLE = "passing";
/** What is older was left by a run that was killed. */
const LEFT_AFTER_MS = 3_600_000;

/** Gives Swarm some files for as long as the work takes, and leaves none behind. */
export async function withFiles<T>(
  docker: Docker,
  prefix: string,
  files: readonly PassingFile[],
  work: (mounted: Record<PassingFile["kind"], Mounted[]>) => Promise<T>,
): Promise<T> {
  await removeLeft(docker, prefix);
  const mounted: Record<PassingFile["kind"], Mounted[]> = { secret: [], config: [] };
  try {
    for (const { kind, target, text } of files) {
      const source = `${prefix}-${ROLE}-${randomBytes(6).toString("hex")}`;
      await docker([kind, "create", ...labels(prefix), source, "-"], { input: text });
      mounted[kind].push({ source, target });
    }
    return await work(mounted);
  } finally {
    for (const kind of ["secret", "config"] as const)
      await remove(
        docker,
        kind,
        mounted[kind].map(({ source }) => source),
      );
  }
}

function labels(prefix: string): string[] {
  return ["--label", `tidemark.stack=${prefix}`, "--label", `tidemark.role=${ROLE}`];
}

async function removeLeft(docker: Docker, prefix: string): Promise<void> {
  const filters = [`label=tidemark.stack=${prefix}`, `label=tidemark.role=${ROLE}`];
  for (const kind of ["secret", "config"]) {
    const ids = await lines(docker, [kind, "ls", "--quiet", ...filters.flatMap((one) => ["--filter", one])]);
    const all = await inspect<{ ID: string; CreatedAt: string }>(docker, kind, ids);
    for (const { ID, CreatedAt } of all) {
      if (Date.now() - Date.parse(CreatedAt) < LEFT_AFTER_MS) continue;
      await removeUnlessUsed(docker, kind, ID);
    }
  }
}
