import { setSecret } from "../commands";
import { isOwn } from "../database";
import type { Problem } from "../refusal";
import type { Settings } from "../schema";

/** A password that is somebody else's is changed there. */
export function rotation({ rotation, database, redis }: Settings, stack: string): Problem[] {
  const theirs = Object.values(redis).find((one) => "external" in one);
  return [
    ...nothingToTurn(
      { at: "rotation.database", turn: rotation.database, has: isOwn(database), server: "database" },
      database !== false && "external" in database ? database.external.url : undefined,
      stack,
    ),
    ...nothingToTurn(
      {
        at: "rotation.redis",
        turn: rotation.redis,
        has: Object.values(redis).some((one) => !("external" in one)),
        server: "Redis",
      },
      theirs?.external.url,
      stack,
    ),
  ];
}

function nothingToTurn(
  { at, turn, has, server }: { at: string; turn: number; has: boolean; server: string },
  url: string | undefined,
  stack: string,
): Problem[] {
  if (has || turn === 1) return [];
  return [
    {
      at,
      got: String(turn),
      why: `There is no ${server} of Tidemark's own, so it makes no password for one.`,
      fix: url === undefined ? "Take it away." : `Take it away; set the new URL: ${setSecret(url, stack)}`,
    },
  ];
}
