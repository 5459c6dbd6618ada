import { apiAt } from "../operations/api";
import { losable } from "../operations/losable";
import { namesOf, nextGeneration } from "../operations/lost-volumes";
import { OperationError } from "../operations/operation-error";
import { dockerHost } from "../operations/survey";
import type { From } from "../settings/database";
import type { MediaFrom } from "../settings/media";
import type { Project } from "./project";
import { writeSetting } from "./stack-setting";

/** What the file is to say of data. */
export interface Wanted {
  of: "database" | "media";
  generation: number;
  from: From | MediaFrom;
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

/** The same of uploads. */
export function mediaFrom(to: string): MediaFrom {
  if (/^[0-9a-f]{8,64}$/.test(to)) return { snapshot: to };
  const from = databaseFrom(to);
  if (typeof from === "string" || !("backup" in from)) return from;
  throw new OperationError(
    `--to ${to}: that is a backup of the database; one of the uploads is named such as 4f2a91c0: npx tidemark backups`,
  );
}

/** In a generation that neither is nor was. */
export async function nextOf(of: Wanted["of"], { settings, prefix, stack }: Project): Promise<number> {
  const its = losable(settings, prefix).find(({ setting }) => setting === `${of}.generation`);
  if (!its?.backed) {
    throw new OperationError(
      `${stack} has no backups of ${of === "media" ? "uploads" : "a database of its own"}, so there is nothing to restore from.\n` +
        `  For those to come: pulumi config set --path backup.behind 60s --stack ${stack}, and npx tidemark up --stack ${stack}`,
    );
  }
  return nextGeneration(its, await namesOf(apiAt(await dockerHost(settings.docker.host)), prefix));
}

export function write(project: Project, all: readonly Wanted[]): void {
  for (const { of, generation, from } of all) {
    writeSetting(project, [of, "generation"], generation);
    writeSetting(project, [of, "from"], from);
  }
}
