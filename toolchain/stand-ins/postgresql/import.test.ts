import assert from "node:assert/strict";
import { it } from "node:test";
import * as postgresql from "@pulumi/postgresql";
import type { PulumiFn } from "@pulumi/pulumi/automation";

import { Cluster } from "../contract/postgres";
import { Trial } from "../contract/trial";

// The official plugin cannot import these three, so they are no part of the contract.
it("imports grants by their ids, underscores in names included", async () => {
  const cluster = await Cluster.start();
  try {
    await cluster.ask("CREATE ROLE the_owner; CREATE ROLE the_reader; CREATE ROLE the_group; CREATE SCHEMA the_shop");
    await cluster.ask("CREATE TABLE the_shop.an_order (); GRANT SELECT, UPDATE ON the_shop.an_order TO the_reader");
    await cluster.ask(
      "GRANT CREATE ON DATABASE postgres TO the_reader; GRANT the_group TO the_reader WITH ADMIN OPTION",
    );
    await cluster.ask(
      "ALTER DEFAULT PRIVILEGES FOR ROLE the_owner IN SCHEMA the_shop GRANT USAGE ON SEQUENCES TO the_reader",
    );
    const { host, port, username, password } = cluster;
    const program: PulumiFn = async () => {
      const provider = new postgresql.Provider("server", { host, port, username, password, sslmode: "disable" });
      const as = (id: string) => ({ provider, import: id });
      const reader = { role: "the_reader", database: "postgres" };
      const shop = { ...reader, schema: "the_shop" };
      new postgresql.Grant(
        "single",
        { ...shop, objectType: "table", objects: ["an_order"], privileges: ["UPDATE", "SELECT"] },
        as("the_reader_postgres_the_shop_table_an_order"),
      );
      new postgresql.Grant(
        "all",
        { ...shop, objectType: "table", privileges: ["SELECT", "UPDATE"] },
        as("the_reader_postgres_the_shop_table"),
      );
      new postgresql.Grant(
        "whole",
        { ...reader, objectType: "database", privileges: ["CREATE"] },
        as("the_reader_postgres_database"),
      );
      new postgresql.GrantRole(
        "member",
        { role: "the_reader", grantRole: "the_group", withAdminOption: true },
        as("the_reader_the_group_true"),
      );
      new postgresql.DefaultPrivileges(
        "sequences",
        { ...shop, owner: "the_owner", objectType: "sequence", privileges: ["USAGE"] },
        as("the_reader_postgres_the_shop_the_owner_sequence"),
      );
    };
    await Trial.run(async (trial) => {
      const { steps } = await trial.up(program);
      for (const name of ["single", "all", "whole", "member", "sequences"]) assert.equal(steps[name], "import", name);
      assert.deepEqual((await trial.refreshedUp(program)).changed, []);
    });
  } finally {
    await cluster.stop();
  }
});
