import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { loginsOf } from "../../components/data/logins";
import { Passwords } from "../../components/data/passwords";
import { redisPassword } from "../../components/data/redis-login";
import { application, COMMAND, ofType, SECRET, the, VOLUME } from "./application";
import type { Registered } from "./build";
import { everything, SECRETS } from "./everything";
import { inClear, revealed } from "./secret";

const name = ({ name: its }: Registered): string => its;

let updated: Registered[];
let previewed: Registered[];
before(async () => {
  updated = await application(everything());
  previewed = await application(everything(), { preview: true });
});

for (const preview of [false, true])
  describe(`the whole application (preview: ${preview})`, () => {
    let all: Registered[];
    before(() => (all = preview ? previewed : updated));

    it("names each resource after its parent", () => {
      const byUrn = new Map(all.map((one) => [one.urn, one]));
      const strays = [...byUrn.values()].filter((one) => {
        const parent = byUrn.get(one.parent);
        return parent && !one.name.startsWith(parent.name);
      });
      assert.deepEqual(strays.map(name), []);
    });

    it("hangs everything but the providers of the program under the one Application", () => {
      const roots = all.filter(({ parent }) => parent === "");
      assert.deepEqual(
        roots.map(({ type }) => type),
        ["pulumi:providers:docker", "tidemark:Application"],
      );
    });

    it("makes no URN twice", () => {
      const urns = all.map(({ urn }) => urn);
      assert.deepEqual(
        urns.filter((urn, at) => urns.indexOf(urn) !== at),
        [],
      );
    });

    it("ends every component", () => {
      const open = all.filter(({ custom, outputs }) => !custom && outputs === undefined);
      assert.deepEqual(open.map(name), []);
    });

    it("gives every docker object to the program's own provider, and every role to the server's", () => {
      const strays = (kind: string, provider: string): string[] =>
        all.filter((one) => one.type.startsWith(kind) && !one.provider.includes(`::${provider}::`)).map(name);
      assert.deepEqual(strays("docker:", "docker"), []);
      assert.deepEqual(strays("postgresql:", "shop-prod-postgres-roles-server"), []);
    });

    it("shows no secret in plain text, and hands none to a command", () => {
      for (const one of all) {
        const shown = [inClear(one.inputs), inClear(one.outputs)];
        const given = one.type === COMMAND ? [revealed(one.inputs)] : [];
        for (const [what, secret] of Object.entries(needles()))
          for (const text of texts([...shown, ...given]))
            assert.ok(!text.includes(secret), `${one.type} ${one.name} shows ${what}`);
      }
    });

    it("asks for an old secret or config to stay when a new one comes", () => {
      const contents = [...ofType(all, SECRET), ...ofType(all, "docker:index/serviceConfig:ServiceConfig")];
      assert.ok(contents.length > 10);
      for (const one of contents) {
        assert.equal(one.retainOnDelete, true, one.name);
        assert.equal(one.deleteBeforeReplace, false, one.name);
        assert.equal("name" in one.inputs, false, `${one.name} has a name of its own, which would collide`);
      }
    });
  });

it("makes the same in a preview as in an update", () => {
  const line = ({ type, name, parent, provider, protect, retainOnDelete, dependsOn }: Registered): string =>
    JSON.stringify([
      type,
      name,
      parent.split("::").at(-1),
      provider !== "",
      protect,
      retainOnDelete,
      [...dependsOn].sort(),
    ]);
  assert.deepEqual(previewed.map(line).sort(), updated.map(line).sort());
});

for (const throwAway of [false, true])
  it(`${throwAway ? "lets the data of a throw-away stack go" : "keeps data, and protects it"}`, async () => {
    const all = await application(everything({ throwAway }));
    const data = ofType(all, VOLUME).filter(({ inputs }) => JSON.stringify(inputs.labels).includes('"data"'));
    assert.deepEqual(data.map(({ inputs }) => inputs.name).sort(), [
      "shop-prod-broker-data",
      "shop-prod-exports-g1",
      "shop-prod-logs",
      "shop-prod-media-g1",
      "shop-prod-postgres-g1",
    ]);
    for (const one of data) {
      // A generation stays when another one is live: its data is the way back, and its former process still holds it.
      // The kept logs stay when no more are kept.
      const outlives = /-(g1|logs)-volume$/.test(one.name);
      assert.deepEqual([one.protect, one.retainOnDelete], [!throwAway && !outlives, !throwAway || outlives], one.name);
    }
    const networks = all.filter(({ type }) => type === "docker:index/network:Network");
    assert.deepEqual(
      networks.map(({ protect }) => protect),
      [!throwAway, !throwAway, false],
    );
    const other = ofType(all, VOLUME).filter((one) => !data.includes(one));
    assert.deepEqual(
      other.filter(({ protect }) => protect),
      [],
    );
  });

it("keeps the roles, the database and all in it when the program no longer names them", () => {
  const ours = updated.filter(({ type }) => type.startsWith("postgresql:"));
  assert.equal(ours.length, 11);
  assert.deepEqual(ours.filter(({ retainOnDelete }) => !retainOnDelete).map(name), []);
});

it("lets the static files of a former release stay", () => {
  const all = updated;
  assert.equal(the(all, VOLUME, "shop-prod-static-of-1.4.2-0123456789ab-volume").retainOnDelete, true);
});

it("does its work in order: data, roles, what can be done before, migrations, processes, roll", () => {
  const order = updated.map(name);
  const before = ["shop-prod-mark-run", "shop-prod-preflight-run", "shop-prod-static-of-collected-run"];
  const around = (step: string): string[] => ["shop-prod-postgres-roles-extension-pg_trgm", step, "shop-prod-web-task"];
  const migrated = [
    "shop-prod-postgres-g1-filled-run",
    "shop-prod-postgres-task",
    "shop-prod-postgres-ready-run",
    "shop-prod-postgres-roles-owner",
    "shop-prod-postgres-roles-extension-pg_trgm",
    "shop-prod-preflight-run",
    "shop-prod-migrate-run",
    "shop-prod-web-task",
    "shop-prod-roll-run",
  ];
  const marked = ["shop-prod-mark-run", "shop-prod-migrate-run"];
  const staged = ["shop-prod-edge-staged-run", "shop-prod-web-task"];
  for (const steps of [migrated, marked, staged, ...before.map(around)]) {
    const places = steps.map((step) => order.indexOf(step));
    assert.ok(!places.includes(-1), steps.join(" "));
    assert.deepEqual(
      [...places].sort((a, b) => a - b),
      places,
      steps.join(" "),
    );
  }
});

it("makes no password of an external database, and no server of it", async () => {
  const secrets = { ...SECRETS, OUTER_URL: "postgres://u:outer-2f67@db.example:5432/shop" };
  const all = await application(everything({ database: { external: { url: "OUTER_URL" } }, secrets }));
  assert.deepEqual(all.filter((one) => /postgres/.test(one.type) || /postgres/.test(one.name)).map(name), []);
});

it("searches for secrets that are there to be found", () => {
  const all = texts(updated.map(({ inputs }) => revealed(inputs))).join("\n");
  const missed = Object.entries(needles()).filter(([, secret]) => !all.includes(secret));
  assert.deepEqual(
    missed.map(([what]) => what),
    ["TIDEMARK_KEY", "salt"],
    "these two alone reach nobody",
  );
});

/** Everything that nobody may read: the given secrets, by the part that no quoting changes, and the passwords made. */
function needles(): Record<string, string> {
  const passwords = new Passwords(SECRETS.TIDEMARK_KEY, "shop-prod");
  const { superuser, owner, active, idle, reader } = loginsOf("shop", passwords);
  return {
    ...Object.fromEntries(Object.entries(SECRETS).map(([key, value]) => [key, /\S*2f6\d/.exec(value)![0]])),
    salt: passwords.salt,
    redis: redisPassword("shop-prod-broker", passwords),
    control: passwords.of("redis/shop-prod-broker/control"),
    ...Object.fromEntries([superuser, owner, active, idle, reader].map(({ user, password }) => [user, password])),
  };
}

/** All texts in a value, and what those in base64 say. */
function texts(value: unknown): string[] {
  if (typeof value === "string") return [value, Buffer.from(value, "base64").toString("utf8")];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, one]) => [key, ...texts(one)]);
}
