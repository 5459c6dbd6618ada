import { existsSync, readFileSync } from "node:fs";
import type { Problem } from "../settings/refusal";
import type { Settings } from "../settings/schema";

/** Swarm keeps it in one secret with all else that the edge is given. */
const LIMIT = 256 * 1024;

/** The page that the settings name, from the project's folder. */
export function maintenancePage(
  { maintenance: { page } }: Pick<Settings, "maintenance">,
  problems: Problem[],
): string | undefined {
  if (page === undefined) return undefined;
  const refuse = (why: string): undefined => {
    const fix = "Put an HTML file there, or leave page out for Tidemark's own.";
    problems.push({ at: "maintenance.page", got: page, why, fix });
  };
  if (!existsSync(page)) return refuse("There is no such file beside Pulumi.yaml.");
  const text = readFileSync(page, "utf8");
  return Buffer.byteLength(text) > LIMIT ? refuse("It is larger than 256 kB.") : text;
}
