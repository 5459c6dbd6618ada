import assert from "node:assert/strict";
import { it } from "node:test";
import { rotation } from "./rotation";
import { sample } from "./sample";

it("refuses to turn the password of a server that is somebody else's, and says how it is changed", () =>
  assert.deepEqual(
    rotation(
      sample({
        rotation: { database: 2, redis: 3 },
        database: { external: { url: "DATABASE_URL" } },
        redis: { cache: { external: { url: "CACHE_URL" }, use: "cache" } },
      }),
      "prod",
    ),
    [
      {
        at: "rotation.database",
        got: "2",
        why: "There is no database of Tidemark's own, so it makes no password for one.",
        fix: "Take it away; set the new URL: pulumi config set --secret --path secrets.DATABASE_URL --stack prod",
      },
      {
        at: "rotation.redis",
        got: "3",
        why: "There is no Redis of Tidemark's own, so it makes no password for one.",
        fix: "Take it away; set the new URL: pulumi config set --secret --path secrets.CACHE_URL --stack prod",
      },
    ],
  ));

it("refuses to turn what is not there at all", () =>
  assert.deepEqual(
    rotation(sample({ rotation: { database: 2 }, database: false }), "prod").map(({ fix }) => fix),
    ["Take it away."],
  ));

it("lets the first turn stand anywhere, and every turn of its own servers", () => {
  assert.deepEqual(rotation(sample({ rotation: { database: 1, redis: 1 }, database: false }), "prod"), []);
  assert.deepEqual(rotation(sample({ rotation: { database: 7, redis: 4 }, redis: { redis: {} } }), "prod"), []);
});
