import { isOwn } from "../database";
import type { Problem } from "../refusal";
import { seconds } from "../units";
import type { Settings } from "../schema";
import { shown } from "../shown";

/** The archiver looks every other second at most; below this it would make segments of nothing all day. */
const LEAST = "10s";

export function backup({ database, backup }: Settings): Problem[] {
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
  return seconds(backup.behind) < seconds(LEAST) ? [tooOften(backup.behind)] : [];
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
