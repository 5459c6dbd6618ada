import assert from "node:assert/strict";
import { it } from "node:test";
import { connection, loginsOf } from "./logins";
import { Passwords } from "./passwords";

const passwords = new Passwords("key", "shop-prod");

it("makes the same password every time, and another for each user, stack, key and turn", () => {
  const made = [
    passwords.of("postgres/a"),
    passwords.of("postgres/b"),
    passwords.of("postgres/a", 2),
    new Passwords("other", "shop-prod").of("postgres/a"),
    new Passwords("key", "shop-dev").of("postgres/a"),
  ];
  assert.equal(new Set(made).size, made.length);
  assert.equal(passwords.of("postgres/a"), made[0]);
});

it("makes one that a URL and a list of passwords take as it is", () =>
  assert.match(passwords.of("x"), /^[A-Za-z0-9_-]{43}$/));

it("gives every role a name and a password of its own", () => {
  const { superuser, owner, group, active, idle, reader } = loginsOf("shop", passwords);
  const all = [superuser, owner, active, idle, reader];
  assert.deepEqual(
    all.map(({ user }) => user),
    ["tidemark", "shop_owner", "shop_app_a", "shop_app_b", "shop_reader"],
  );
  assert.equal(group, "shop_app");
  assert.equal(new Set(all.map(({ password }) => password)).size, all.length);
});

it("says where a login leads, as one URL and in parts", () =>
  assert.deepEqual(connection({ user: "u", password: "p" }, { host: "h", port: 5432, name: "n" }), {
    ...{ url: "postgres://u:p@h:5432/n", host: "h", port: "5432", name: "n", user: "u", password: "p" },
  }));

it("has the two logins in turn, each turn with a password of its own", () => {
  const turns = [1, 2, 3].map((turn) => loginsOf("shop", passwords, turn));
  assert.deepEqual(
    turns.map(({ active, idle }) => `${active.user} ${idle.user}`),
    ["shop_app_a shop_app_b", "shop_app_b shop_app_a", "shop_app_a shop_app_b"],
  );
  const all = turns.flatMap(({ active, idle, owner, reader }) => [active, idle, owner, reader]);
  // Nobody has the idle one's, which is the same whenever it is idle.
  assert.equal(new Set(all.map(({ password }) => password)).size, all.length - 1);
  assert.equal(new Set(turns.map(({ superuser }) => superuser.password)).size, 1);
});
