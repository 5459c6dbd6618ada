import assert from "node:assert/strict";
import { it } from "node:test";
import { application, ofType, SECRET, SERVICE, the, CONFIG, VOLUME } from "./application";
import { everything, SECRETS } from "./everything";
import { jobsOf } from "./jobs";
import { revealed } from "./secret";

interface Postgres {
  taskSpec: {
    containerSpec: { secrets: { fileName: string }[]; mounts: { source?: string; target: string }[] };
  };
}

const inText = (data: unknown): string => Buffer.from(revealed(data) as string, "base64").toString();

for (const preview of [false, true])
  it(`has nothing of an archive where none is asked for (preview: ${preview})`, async () => {
    const all = await application(everything(), { preview });
    assert.deepEqual(
      all.filter(({ name }) => /archive|backup|keeper/.test(name)).map(({ name }) => name),
      [],
    );
    assert.doesNotMatch(inText(the(all, CONFIG, "shop-prod-postgres-conf-config").inputs.data), /archive/);
  });

it("archives from the database itself, and makes the first backup once it runs", async () => {
  const all = await application(everything({ backup: { behind: "2m" } }));
  const { containerSpec } = (
    revealed(ofType(all, SERVICE).find(({ inputs }) => inputs.name === "shop-prod-postgres")?.inputs) as Postgres
  ).taskSpec;
  assert.deepEqual(
    containerSpec.secrets.map(({ fileName }) => fileName),
    ["archive"],
  );
  assert.ok(containerSpec.mounts.some(({ source, target }) => source === "shop-prod-archive" && target === REPOSITORY));
  const settings = inText(the(all, CONFIG, "shop-prod-postgres-conf-config").inputs.data);
  assert.match(settings, /^archive_timeout = '60s'$/m);
  assert.match(settings, /^archive_command = 'pgbackrest .* --stanza=shop-prod-g1 .*'$/m);

  const { protect, retainOnDelete } = the(all, VOLUME, "shop-prod-archive-volume");
  assert.deepEqual({ protect, retainOnDelete }, { protect: false, retainOnDelete: true });
  assert.ok(the(all, SECRET, "shop-prod-archive-file-secret").secretOutputs.includes("data"));

  const first = jobsOf(all).find(({ name }) => name === "shop-prod-keeper-first-backup");
  assert.equal(
    first?.command.join(" "),
    "tidemark-keeper alone tidemark-archive first shop-prod 1 /run/secrets/superuser",
  );
  assert.deepEqual(
    first?.secrets?.map(({ target }) => target),
    ["archive", "superuser"],
  );
  assert.ok(first?.volumes?.some(({ target }) => target === REPOSITORY));
});

interface Keeper {
  name: string;
  taskSpec: {
    containerSpec: { secrets: { fileName: string }[]; configs: { fileName: string }[]; mounts: { target: string }[] };
  };
}

it("has a keeper beside it, with its plan, its past, the questions for a restore, and the way to tell", async () => {
  const settings = everything({
    backup: { assertions: ["SELECT true"] },
    notify: { webhook: "CHAT" },
    secrets: { ...SECRETS, CHAT: "https://chat.example/hook" },
  });
  const all = await application(settings);
  const keeper = ofType(all, SERVICE)
    .map(({ inputs }) => revealed(inputs) as Keeper)
    .find(({ name }) => name === "shop-prod-keeper");
  const { secrets, configs, mounts } = keeper?.taskSpec.containerSpec ?? assert.fail("no keeper");
  assert.deepEqual(
    secrets.map(({ fileName }) => fileName),
    ["archive", "media", "superuser", "webhook"],
  );
  assert.deepEqual(
    configs.map(({ fileName }) => fileName),
    ["assertions", "keeper"].map((its) => `/etc/tidemark/${its}.json`).concat("/etc/tidemark/postgresql.conf"),
  );
  assert.ok(mounts.some(({ target }) => target === "/var/lib/tidemark-keeper"));
  assert.deepEqual(JSON.parse(inText(the(all, CONFIG, "shop-prod-postgres-assertions-config").inputs.data)), {
    database: "shop",
    assertions: ["SELECT true"],
  });
});

it("lets the settings of the database have the last word", async () => {
  const database = { settings: { archive_timeout: "7s" } };
  const all = await application(everything({ backup: {}, database }));
  assert.match(inText(the(all, CONFIG, "shop-prod-postgres-conf-config").inputs.data), /^archive_timeout = '7s'$/m);
});

const REPOSITORY = "/var/lib/pgbackrest";

it("takes roles over that came with a backup from another machine, and makes them where there is none", async () => {
  const settings = everything({ backup: {}, database: { generation: 2, from: "latest" } });
  const names = (all: Awaited<ReturnType<typeof application>>): string[] =>
    all.flatMap(({ type, importId }) =>
      /postgresql:index\/(role:Role|database:Database)/.test(type) && importId !== undefined ? [importId] : [],
    );
  const there = await application(settings, { world: { foreign: true, lineage: 2 } });
  assert.deepEqual(names(there).sort(), ["shop", "shop_app", "shop_app_a", "shop_app_b", "shop_owner", "shop_reader"]);
  assert.deepEqual(names(await application(settings, { world: { foreign: false, lineage: 1 } })), []);
});
