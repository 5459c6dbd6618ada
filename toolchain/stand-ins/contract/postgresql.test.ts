import assert from "node:assert/strict";
import { after, before, it } from "node:test";
import * as postgresql from "@pulumi/postgresql";
import { type CustomResourceOptions, secret } from "@pulumi/pulumi";
import type { PulumiFn } from "@pulumi/pulumi/automation";

import { Gate } from "./gate";
import { Cluster } from "./postgres";
import { Trial } from "./trial";

let cluster: Cluster;

before(async () => {
  cluster = await Cluster.start();
});

after(async () => cluster?.stop());

const hostilePassword = 'p\'ass "word" $HOME \\ `x` é 🌊';

/** Everything that an application needs, each resource under the name of what it is. */
function application(prefix: string, changes: Changes = {}): PulumiFn {
  return async () => {
    const options = provided(changes.provider);
    const owner = new postgresql.Role("owner", { name: `${prefix} owner`, ...changes.owner }, options);
    const reader = new postgresql.Role("reader", { name: `${prefix}"reader`, ...changes.reader }, options);
    new postgresql.Role(
      "login",
      { name: `${prefix}login`, login: true, password: secret(hostilePassword), roles: [owner.name], ...changes.login },
      options,
    );
    const database = new postgresql.Database(
      "database",
      { name: `${prefix}-db`, owner: owner.name, ...changes.database },
      options,
    );
    const schema = new postgresql.Schema(
      "schema",
      { name: `${prefix}.schéma`, database: database.name, owner: owner.name, ...changes.schema },
      options,
    );
    const on = { database: database.name, schema: schema.name };
    new postgresql.Extension("extension", { name: "hstore", database: database.name, ...changes.extension }, options);
    new postgresql.Grant(
      "connect",
      {
        role: reader.name,
        database: database.name,
        objectType: "database",
        privileges: ["CONNECT"],
        ...changes.connect,
      },
      options,
    );
    new postgresql.Grant("usage", { role: reader.name, ...on, objectType: "schema", privileges: ["USAGE"] }, options);
    new postgresql.DefaultPrivileges(
      "tables",
      { role: reader.name, owner: owner.name, ...on, objectType: "table", privileges: ["SELECT"], ...changes.tables },
      options,
    );
    const guest = new postgresql.Role(
      "guest",
      { name: `${prefix}guest`, login: true, password: secret("guest"), roles: [] },
      {
        ...options,
        ignoreChanges: ["roles"],
      },
    );
    new postgresql.GrantRole(
      "membership",
      { role: guest.name, grantRole: reader.name, ...changes.membership },
      {
        ...options,
        deleteBeforeReplace: true,
      },
    );
    const unnamed = new postgresql.Role("unnamed", {}, options);
    return { unnamed: unnamed.name };
  };
}

interface Changes {
  owner?: Partial<postgresql.RoleArgs>;
  reader?: Partial<postgresql.RoleArgs>;
  login?: Partial<postgresql.RoleArgs>;
  database?: Partial<postgresql.DatabaseArgs>;
  schema?: Partial<postgresql.SchemaArgs>;
  extension?: Partial<postgresql.ExtensionArgs>;
  connect?: Partial<postgresql.GrantArgs>;
  tables?: Partial<postgresql.DefaultPrivilegesArgs>;
  membership?: Partial<postgresql.GrantRoleArgs>;
  provider?: postgresql.ProviderArgs;
}

/** The provider of the throw-away server; must be called inside a program. */
function provided(its: postgresql.ProviderArgs = {}): CustomResourceOptions {
  const { host, port, username } = cluster;
  const access = { host, port, username, password: secret(cluster.password), sslmode: "disable" };
  return { provider: new postgresql.Provider("server", { ...access, superuser: true, connectTimeout: 5, ...its }) };
}

it("makes what an application needs under hostile names, and then leaves it alone", () =>
  Trial.run(async (trial) => {
    const program = application("first's");
    assert.equal((await trial.preview(program)).steps["tables"], "create");
    const { outputs } = await trial.up(program);
    assert.match(String(outputs["unnamed"]!.value), /^unnamed-[0-9a-f]{7}$/);

    const app = { user: "first'slogin", password: hostilePassword, database: "first's-db" };
    await cluster.ask(
      'SET ROLE "first\'s owner"; CREATE TABLE "first\'s.schéma".made_later AS SELECT 42 AS answer',
      app,
    );
    const guest = { user: "first'sguest", password: "guest", database: "first's-db" };
    const rows = await cluster.ask('SELECT answer FROM "first\'s.schéma".made_later', guest);
    assert.deepEqual(rows, [{ answer: 42 }], "the default privileges hold for a table made later");
    await assert.rejects(cluster.ask('DELETE FROM "first\'s.schéma".made_later', guest), /permission denied/);

    assert.deepEqual((await trial.up(program)).changed, []);
    assert.deepEqual((await trial.refreshedUp(program)).changed, []);
    assert.deepEqual((await trial.preview(program, true)).changed, []);

    const state = await trial.state();
    for (const known of ["p'ass", "p\\u0027ass", "SCRAM-SHA-256", "keeper's password"]) {
      assert.ok(!state.includes(known), `${known} is in the state`);
    }
    const [kept] = await cluster.ask<{ rolpassword: string }>(
      "SELECT rolpassword FROM pg_authid WHERE rolname = 'first''slogin'",
    );
    assert.match(kept!.rolpassword, /^SCRAM-SHA-256\$/);
  }));

it("sees what was changed by hand as just that, and heals it", () =>
  Trial.run(async (trial) => {
    const program = application("drift");
    await trial.up(program);
    await cluster.ask(
      'ALTER ROLE driftlogin CONNECTION LIMIT 3; REVOKE CONNECT ON DATABASE "drift-db" FROM "drift""reader"',
    );
    await cluster.ask("DROP EXTENSION hstore", { database: "drift-db" });
    await cluster.ask('ALTER DATABASE "drift-db" OWNER TO keeper');
    await cluster.ask('REVOKE "drift""reader" FROM driftguest');

    const seen = await trial.preview(program, true);
    assert.deepEqual(seen.changed, ["connect", "database", "extension", "login", "membership"]);
    assert.equal(seen.steps["extension"], "create");
    assert.equal(seen.steps["membership"], "create");
    assert.deepEqual(seen.differences["login"], ["connectionLimit"]);
    assert.deepEqual(seen.differences["database"], ["owner"]);

    await trial.refreshedUp(program);
    assert.deepEqual((await trial.refreshedUp(program)).changed, []);
    const [limit] = await cluster.ask("SELECT rolconnlimit FROM pg_roles WHERE rolname = 'driftlogin'");
    assert.deepEqual(limit, { rolconnlimit: -1 });
  }));

it("changes in place what can be, and makes anew what cannot", () =>
  Trial.run(async (trial) => {
    await trial.up(application("change", { extension: { version: "1.7" } }));
    const extensions = "SELECT extversion FROM pg_extension WHERE extname = 'hstore'";
    assert.deepEqual(await cluster.ask(extensions, { database: "change-db" }), [{ extversion: "1.7" }]);

    const program = application("change", {
      login: { password: secret("another"), connectionLimit: 7, createDatabase: true, statementTimeout: 1500 },
      reader: { searchPaths: ["one", 'tw"o'], validUntil: "2035-01-02T03:04:05Z" },
      database: { connectionLimit: 9, owner: "changelogin" },
      schema: { owner: "changelogin" },
      extension: { version: "1.8", schema: "change.schéma" },
      connect: { privileges: ["CONNECT", "TEMPORARY"] },
      tables: { privileges: ["SELECT", "INSERT"] },
      membership: { withAdminOption: true },
    });
    const { steps } = await trial.up(program);
    const expected = { login: "update", reader: "update", database: "update", schema: "update", extension: "update" };
    for (const [name, step] of Object.entries({
      ...expected,
      connect: "update",
      tables: "update",
      membership: "replace",
    })) {
      assert.equal(steps[name], step, name);
    }
    assert.deepEqual((await trial.refreshedUp(program)).changed, []);

    const app = { user: "changelogin", password: "another", database: "change-db" };
    assert.deepEqual(await cluster.ask("SHOW statement_timeout", app), [{ statement_timeout: "1500ms" }]);
    assert.deepEqual(await cluster.ask(extensions, app), [{ extversion: "1.8" }]);
    await assert.rejects(
      cluster.ask("SELECT 1", { ...app, password: hostilePassword }),
      /password authentication failed/,
    );
    const [admin] = await cluster.ask(
      "SELECT admin_option FROM pg_auth_members WHERE member = 'changeguest'::regrole AND roleid = '\"change\"\"reader\"'::regrole",
    );
    assert.deepEqual(admin, { admin_option: true });
  }));

it("deletes a role with what it owns handed on, and says why it cannot where that is impossible", () =>
  Trial.run(async (trial) => {
    const both: PulumiFn = async () => {
      const options = provided();
      new postgresql.Role("leaving", { name: "leaving" }, options);
      new postgresql.Role("staying", { name: "staying" }, options);
    };
    const none: PulumiFn = async () => void provided();
    await trial.up(both);
    await cluster.ask("CREATE TABLE kept AS SELECT 1 AS one; ALTER TABLE kept OWNER TO leaving");
    await cluster.ask("CREATE DATABASE elsewhere OWNER keeper");
    await cluster.ask("CREATE TABLE held (); ALTER TABLE held OWNER TO staying", { database: "elsewhere" });

    await assert.rejects(trial.up(none), /role "staying" cannot be dropped[\s\S]*elsewhere/);
    assert.deepEqual(await cluster.ask("SELECT rolname FROM pg_roles WHERE rolname IN ('leaving', 'staying')"), [
      { rolname: "staying" },
    ]);
    assert.deepEqual(await cluster.ask("SELECT tableowner FROM pg_tables WHERE tablename = 'kept'"), [
      { tableowner: "keeper" },
    ]);

    await cluster.ask("DROP DATABASE elsewhere");
    await trial.up(none);
    assert.deepEqual(await cluster.ask("SELECT 1 FROM pg_roles WHERE rolname = 'staying'"), []);
  }));

it("works for a user who is no superuser, who belongs to no role afterwards", () =>
  Trial.run(async (trial) => {
    await cluster.ask("CREATE ROLE manager LOGIN CREATEROLE CREATEDB PASSWORD 'manager'");
    const program = application("plain", {
      provider: { username: "manager", password: secret("manager"), superuser: false },
    });
    await trial.up(program);
    assert.deepEqual((await trial.refreshedUp(program)).changed, []);
    assert.deepEqual(
      await cluster.ask("SELECT roleid::regrole FROM pg_auth_members WHERE member = 'manager'::regrole"),
      [],
    );
  }));

it("removes everything that it made", () =>
  Trial.run(async (trial) => {
    await trial.up(application("gone"));
    await trial.up(async () => void provided());
    assert.deepEqual(await cluster.ask("SELECT datname FROM pg_database WHERE datname LIKE 'gone%'"), []);
    assert.deepEqual(await cluster.ask("SELECT rolname FROM pg_roles WHERE rolname LIKE 'gone%'"), []);
  }));

it("imports by id what exists already", () =>
  Trial.run(async (trial) => {
    await cluster.ask(
      "CREATE ROLE imported_role LOGIN CONNECTION LIMIT 4; CREATE ROLE imported_group; GRANT imported_group TO imported_role",
    );
    await cluster.ask("CREATE DATABASE imported OWNER imported_role");
    const inside = { database: "imported" };
    await cluster.ask("CREATE SCHEMA shop AUTHORIZATION imported_role; CREATE EXTENSION citext", inside);
    const ids = { role: "imported_role", database: "imported", schema: "imported.shop", extension: "imported.citext" };
    const program =
      (first: boolean): PulumiFn =>
      async () => {
        const as = (id: string): CustomResourceOptions => ({ ...options, ...(first ? { import: id } : {}) });
        const options = provided();
        const roles = ["imported_group"];
        new postgresql.Role("role", { name: "imported_role", login: true, connectionLimit: 4, roles }, as(ids.role));
        new postgresql.Database("database", { name: "imported", owner: "imported_role" }, as(ids.database));
        new postgresql.Schema("schema", { name: "shop", database: "imported", owner: "imported_role" }, as(ids.schema));
        new postgresql.Extension("extension", { name: "citext", database: "imported" }, as(ids.extension));
      };
    const { steps } = await trial.up(program(true));
    for (const name of Object.keys(ids)) assert.equal(steps[name], "import", name);
    assert.deepEqual((await trial.refreshedUp(program(false))).changed, []);

    const missing: PulumiFn = async () => {
      new postgresql.Role("nobody", { name: "nobody there" }, { ...provided(), import: "nobody there" });
    };
    await assert.rejects(trial.up(missing), /nobody there.*does not exist/);
  }));

it("grants on all and on single objects, and names what is wrong with a grant", () =>
  Trial.run(async (trial) => {
    await cluster.ask(
      'CREATE ROLE clerk; CREATE SCHEMA office; CREATE TABLE office.open (); CREATE TABLE office."clo""sed" ()',
    );
    await cluster.ask("CREATE FUNCTION office.count(a int, b text) RETURNS int LANGUAGE sql AS 'SELECT 1'");
    const grants =
      (them: Record<string, Partial<postgresql.GrantArgs>>): PulumiFn =>
      async () => {
        const options = provided();
        for (const [name, its] of Object.entries(them)) {
          const usual = {
            role: "clerk",
            database: "postgres",
            schema: "office",
            objectType: "table",
            privileges: ["SELECT"],
          };
          new postgresql.Grant(name, { ...usual, ...its }, options);
        }
      };
    const program = grants({
      one: { objects: ['clo"sed'], privileges: ["INSERT", "SELECT"] },
      functions: { objectType: "function", privileges: ["EXECUTE"] },
    });
    await trial.up(program);
    assert.deepEqual((await trial.refreshedUp(program)).changed, []);
    const may = `SELECT has_table_privilege('clerk', 'office.open', 'SELECT') AS open,
      has_table_privilege('clerk', 'office."clo""sed"', 'INSERT') AS closed`;
    assert.deepEqual(await cluster.ask(may), [{ open: false, closed: true }]);

    await assert.rejects(trial.up(grants({ bad: { privileges: ["SELECT", "FLY"] } })), /FLY/);
    await assert.rejects(trial.up(grants({ bad: { role: "nobody" } })), /nobody/);
    await trial.up(grants({}));
    assert.deepEqual(await cluster.ask(may), [{ open: false, closed: false }]);
  }));

it("says which server it cannot reach, and forgets nothing of what it knew", () =>
  Trial.run(async (trial) => {
    const gate = await Gate.to(cluster);
    try {
      const program: PulumiFn = async () => {
        new postgresql.Role("kept", { name: "kept in mind" }, provided({ port: gate.port }));
      };
      await trial.up(program);
      await gate.close();
      await assert.rejects(trial.refreshedUp(program), new RegExp(`127\\.0\\.0\\.1:${gate.port}`));
      assert.match(await trial.state(), /kept in mind/);
      await gate.open();
      assert.deepEqual((await trial.refreshedUp(program)).changed, []);
    } finally {
      await gate.close();
    }
  }));
