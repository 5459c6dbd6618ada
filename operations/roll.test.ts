import assert from "node:assert/strict";
import { it } from "node:test";
import type { ReleaseRecord } from "./ledger";
import { broughtBy, wentBack } from "./roll";

const began = { number: 7, mark: { name: "end-of-1.4.1-7", closes: 6, lsn: "0/1" } };
const known = [{ name: "shop.0001_initial", replaces: [], maintenance: false }];
const migrations = { known, ran: ["shop.0001_initial"] };

it("writes point and migrations down with the release that brought them, and with none after it", () => {
  assert.deepEqual(broughtBy({ began, migrations }, 7), { migrations, mark: began.mark });
  assert.deepEqual(broughtBy({ began, migrations }, 8), { migrations: { known, ran: [] } });
  assert.deepEqual(broughtBy({ began: { number: 7 } }, 7), {});
});

it("calls a rollback what goes to images that were good before those that run", () => {
  const release = (number: number, tag: string): ReleaseRecord => {
    const images = { web: `shop:${tag}@sha256:${tag}` };
    return { number, tag, images, result: "good", who: "", at: "" };
  };
  const past = [release(3, "1.0"), release(2, "1.1"), release(1, "1.0")];
  assert.equal(wentBack(past.slice(1), past[1], release(0, "1.0")), true);
  assert.equal(wentBack(past, past[0], release(0, "1.1")), false, "forward again");
  assert.equal(wentBack(past, past[0], release(0, "1.2")), false);
  assert.equal(wentBack([], undefined, release(0, "1.0")), false);
});
