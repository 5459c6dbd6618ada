import { isOwn, type OwnDatabase } from "../database";
import type { Problem } from "../refusal";
import { seconds } from "../units";
import type { Settings } from "../schema";
import { shown } from "../shown";

/** The archiver looks every other second at most; below this it would make segments of nothing all day. */
const LEAST = "10s";

export function backup(settings: Pick<Settings, "database" | "backup" | "media">): Problem[] {
  return [...ofDatabase(settings), ...ofUploads(settings)];
}

function ofUploads({ backup, media }: Pick<Settings, "backup" | "media">): Problem[] {
  if (media?.from === undefined || (backup && backup.schedule.uploads !== false)) return [];
  return [
    {
      at: "media.from",
      got: shown(["media", "from"], media.from),
      why: "It is taken from the backups, and the uploads have none.",
      fix: "Add backup: {}, with the TIDEMARK_KEY under which they were made; or take it away, and the generation begins empty.",
    },
  ];
}

function ofDatabase({ database, backup }: Pick<Settings, "database" | "backup">): Problem[] {
  if (!backup) return withoutOne(database);
  if (!isOwn(database)) {
    return [
      {
        at: "backup",
        got: "backups",
        why: "There is no database of Tidemark's own to be backed up.",
        fix: "Take it away; whose server it is backs it up.",
      },
    ];
  }
  return [
    ...(seconds(backup.behind) < seconds(LEAST) ? [tooOften(backup.behind)] : []),
    ...(backup.volume || backup.s3 ? [] : [NOWHERE]),
    ...noSuchRepository(database.repository, backup),
  ];
}

const NOWHERE: Problem = {
  at: "backup.volume",
  got: "false",
  why: "Then the backups lie nowhere.",
  fix: "Take it away, or name a bucket: backup.s3.",
};

function noSuchRepository(
  repository: OwnDatabase["repository"],
  { volume, s3 }: NonNullable<Settings["backup"]>,
): Problem[] {
  if (repository === undefined || (repository === "volume" ? volume : s3 !== undefined)) return [];
  const fix = `Take it away: there is ${repository === "volume" ? "s3" : "the volume"} alone.`;
  return [{ at: "database.repository", got: repository, why: "The backups do not lie there.", fix }];
}

function withoutOne(database: Settings["database"]): Problem[] {
  if (!isOwn(database) || database.from === undefined) return [];
  return [
    {
      at: "database.from",
      got: shown(["database", "from"], database.from),
      why: "It is taken from the backups, and this stack has none.",
      fix: "Add backup: {}, with the TIDEMARK_KEY under which they were made; or take it away, and the generation begins empty.",
    },
  ];
}

function tooOften(behind: string): Problem {
  return {
    at: "backup.behind",
    got: behind,
    why: "Each half of it a file of the archive is closed, however little is in it.",
    fix: `Write ${LEAST} or more; 60s serves a small team.`,
  };
}
