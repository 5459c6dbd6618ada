import { apiAt } from "../operations/api";
import { losable } from "../operations/losable";
import { namesOf, nextGeneration } from "../operations/lost-volumes";
import { OperationError } from "../operations/operation-error";
import { dockerHost } from "../operations/survey";
import { isOwn, type From } from "../settings/database";
import type { Project } from "./project";
import { writeSetting } from "./stack-setting";

/** What the file is to say of the database. */
export interface Wanted {
  generation: number;
  from: From;
}

const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d)$/;
const BACKUP = /^\d{8}-\d{6}F(_\d{8}-\d{6}[DI])?$/;

/** As it is typed: latest, a moment, a mark, or a backup. */
export function databaseFrom(to: string): From {
  if (to === "latest") return to;
  if (MOMENT.test(to)) return { time: to };
  if (BACKUP.test(to)) return { backup: to };
  if (/^end-of-/.test(to)) return { mark: to };
  throw new OperationError(
    [
      `--to ${to}: what is that?`,
      "  latest                       up to the last row that there is",
      "  2026-11-27T02:00:00Z         as it was at that moment; its zone is part of it",
      "  end-of-1.4.1-7               at the end of a release: npx tidemark releases --json shows each one's mark",
      "  20261127-020000F             when that backup ended: npx tidemark backups",
    ].join("\n"),
  );
}

/** In a generation that neither is nor was. */
export async function nextDatabase({ settings, prefix, stack }: Project, from: From): Promise<Wanted> {
  if (!isOwn(settings.database) || !settings.backup) {
    throw new OperationError(
      `${stack} has no backups, so there is nothing to restore from.\n` +
        `  For those to come: pulumi config set --path backup.behind 60s --stack ${stack}, and npx tidemark up --stack ${stack}`,
    );
  }
  const database = losable(settings, prefix).find(({ setting }) => setting === "database.generation");
  const names = await namesOf(apiAt(await dockerHost(settings.docker.host)), prefix);
  return { generation: nextGeneration(database!, names), from };
}

export function writeDatabase(project: Project, { generation, from }: Wanted): void {
  writeSetting(project, ["database", "generation"], generation);
  writeSetting(project, ["database", "from"], from);
}
