import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { application, COMMAND, ofType, SECRET, the } from "./application";
import type { Registered } from "./build";
import { everything } from "./everything";
import { revealed } from "./secret";

const ROLE = "postgresql:index/role:Role";

interface Role {
  name: string;
  login: boolean;
  password: string;
}

const rotated = (turns: object): Promise<Registered[]> => application(everything({ rotation: turns }));
const role = (all: readonly Registered[], its: string): Role => revealed(the(all, ROLE, its).inputs) as Role;
const login = (all: readonly Registered[], letter: "a" | "b"): Role => role(all, `shop-prod-login-${letter}-role`);
const order = (all: readonly Registered[], name: string): Record<string, unknown> =>
  JSON.parse(revealed(the(all, COMMAND, name).inputs.stdin) as string) as Record<string, unknown>;

let first: Registered[];
let second: Registered[];
let third: Registered[];
before(async () => {
  [first, second, third] = [
    await rotated({}),
    await rotated({ database: 2, redis: 2 }),
    await rotated({ database: 3, redis: 3 }),
  ];
});

describe("the passwords of the database", () => {
  it("are those of two logins in turn, of which one is open", () => {
    const open = [first, second, third].map((all) => [login(all, "a").login, login(all, "b").login]);
    assert.deepEqual(open, [
      [true, false],
      [false, true],
      [true, false],
    ]);
    assert.notEqual(login(third, "a").password, login(first, "a").password);
  });

  it("leave a login as it was while the other one has its turn, but for whether it may log in", () => {
    assert.equal(login(second, "a").name, login(first, "a").name);
    assert.notEqual(login(second, "a").password, login(first, "a").password, "nobody has it");
    assert.equal(login(first, "b").password, login(third, "b").password);
  });

  it("are others for the owner and the reader at each turn, and the same for Tidemark itself", () => {
    for (const its of ["owner", "reader"])
      assert.equal(
        new Set([first, second, third].map((all) => role(all, `shop-prod-postgres-roles-${its}`).password)).size,
        3,
      );
    const superuser = (all: readonly Registered[]): unknown =>
      revealed(the(all, SECRET, "shop-prod-postgres-superuser-secret").inputs.data);
    assert.equal(superuser(first), superuser(second));
  });

  for (const its of ["a", "b"] as const)
    it(`open login ${its} before the release and shut it after, whichever turn it is`, () => {
      const place = (all: readonly Registered[]): number =>
        all.findIndex(({ type, name }) => type === ROLE && name === `shop-prod-login-${its}-role`);
      const step = (all: readonly Registered[], name: string): number => all.findIndex((one) => one.name === name);
      const [opening, shutting] = its === "a" ? [first, second] : [second, first];
      assert.ok(place(opening) < step(opening, "shop-prod-migrate-run"));
      assert.ok(place(shutting) > step(shutting, "shop-prod-retired-run"));
      assert.ok(step(shutting, "shop-prod-retired-run") > step(shutting, "shop-prod-roll-run"));
      assert.ok(step(shutting, "shop-prod-shut-out-sessions-run") > place(shutting));
      assert.equal(
        the(opening, ROLE, `shop-prod-login-${its}-role`).urn,
        the(shutting, ROLE, `shop-prod-login-${its}-role`).urn,
      );
    });
});

it("lets the new password into Redis before the release, and the former one out after it", () => {
  const names = second.map(({ name }) => name);
  const steps = ["broker-admitted-run", "migrate-run", "web-task", "roll-run", "retired-run", "shut-out-broker-run"];
  const places = steps.map((step) => names.indexOf(`shop-prod-${step}`));
  assert.ok(!places.includes(-1));
  assert.deepEqual(
    places,
    [...places].sort((a, b) => a - b),
  );
  assert.notDeepEqual(order(first, "shop-prod-broker-admitted-run"), order(second, "shop-prod-broker-admitted-run"));
});

it("waits for as long as the slowest process may take to its end", () =>
  assert.deepEqual(order(second, "shop-prod-retired-run"), {
    stack: "shop-prod",
    turns: { database: 2, redis: 2 },
    limitSeconds: 3660,
  }));

it("writes on each environment whose passwords it holds", () => {
  const label = (process: string): string | undefined =>
    (
      the(second, SECRET, `shop-prod-${process}-environment-secret`).inputs.labels as { label: string; value: string }[]
    ).find(({ label }) => label === "tidemark.turns")?.value;
  assert.deepEqual(["web", "worker", "beat", "migrate", "front"].map(label), [
    ...Array.from({ length: 4 }, () => "database=2 redis=2"),
    "none",
  ]);
});

it("has nothing to turn where all servers are somebody else's", async () => {
  const { cache } = everything().redis;
  const secrets = { ...everything().secrets, OUTER: "postgres://u:p@db.example/shop" };
  const all = await application(everything({ database: { external: { url: "OUTER" } }, redis: { cache }, secrets }));
  const operations = ofType(all, COMMAND).map(({ inputs }) => inputs.create as string);
  assert.deepEqual(
    operations.filter((its) => ["vacant", "retired", "jobIf"].includes(its)),
    [],
  );
});
