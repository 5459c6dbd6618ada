import { isOwn } from "../database";
import type { Problem } from "../refusal";
import type { Settings } from "../schema";
import { bytes } from "../units";

const LEAST = "128m";

export function database({ database }: Settings): Problem[] {
  if (!isOwn(database) || bytes(database.memory) >= bytes(LEAST)) return [];
  return [
    {
      at: "database.memory",
      got: database.memory,
      why: `PostgreSQL does not start reliably below ${LEAST}.`,
      fix: `Write ${LEAST} or more; 512m serves a small team.`,
    },
  ];
}
