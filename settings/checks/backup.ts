import { isOwn } from "../database";
import type { Problem } from "../refusal";
import { seconds } from "../units";
import type { Settings } from "../schema";

/** The archiver looks every other second at most; below this it would make segments of nothing all day. */
const LEAST = "10s";

export function backup({ database, backup }: Settings): Problem[] {
  if (!backup) return [];
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
  if (seconds(backup.behind) >= seconds(LEAST)) return [];
  return [
    {
      at: "backup.behind",
      got: backup.behind,
      why: "Each half of it a file of the archive is closed, however little is in it.",
      fix: `Write ${LEAST} or more; 60s serves a small team.`,
    },
  ];
}
