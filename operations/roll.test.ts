import assert from "node:assert/strict";
import { it } from "node:test";
import { broughtBy } from "./roll";

const began = { number: 7, mark: { name: "end-of-1.4.1-7", closes: 6, lsn: "0/1" } };
const known = [{ name: "shop.0001_initial", replaces: [], maintenance: false }];
const migrations = { known, ran: ["shop.0001_initial"] };

it("writes point and migrations down with the release that brought them, and with none after it", () => {
  assert.deepEqual(broughtBy({ began, migrations }, 7), { migrations, mark: began.mark });
  assert.deepEqual(broughtBy({ began, migrations }, 8), { migrations: { known, ran: [] } });
  assert.deepEqual(broughtBy({ began: { number: 7 } }, 7), {});
});
