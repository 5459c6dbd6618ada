import type { GrantRoleArgs } from "@pulumi/postgresql";
import type { Unwrap } from "@pulumi/pulumi";

import { onlyOne, roleNames, splitId } from "./ids";
import type { Kind } from "./managed";
import { ident } from "./quote";

type GrantRole = Unwrap<GrantRoleArgs>;

export const grantRole: Kind<GrantRole> = {
  attributes: {
    role: { type: "text", required: true, replaces: true },
    grantRole: { type: "text", required: true, replaces: true },
    withAdminOption: { type: "flag", default: false, replaces: true },
  },

  id: (_server, wanted) => `${wanted.role}_${wanted.grantRole}_${wanted.withAdminOption ?? false}`,

  async create(server, wanted) {
    const option = wanted.withAdminOption ? " WITH ADMIN OPTION" : "";
    await server.change(server.home, async (sql) => {
      await sql(`REVOKE ${ident(wanted.grantRole)} FROM ${ident(wanted.role)}`);
      await sql(`GRANT ${ident(wanted.grantRole)} TO ${ident(wanted.role)}${option}`);
    });
  },

  async read(server, known) {
    const [found] = await server.read<{ admin: boolean }>(
      server.home,
      `SELECT bool_or(admin_option) AS admin FROM pg_auth_members m
       JOIN pg_roles member ON member.oid = m.member JOIN pg_roles granted ON granted.oid = m.roleid
       WHERE member.rolname = $1 AND granted.rolname = $2 GROUP BY m.member, m.roleid`,
      [known.role, known.grantRole],
    );
    return found && { role: known.role, grantRole: known.grantRole, withAdminOption: found.admin };
  },

  async find(server, id) {
    const roles = await roleNames(server);
    const found = splitId(id, roles, roles).map(([role, granted, admin]) => ({
      role: role!,
      grantRole: granted!,
      admin,
    }));
    const fitting = found.filter(({ admin }) => admin === "true" || admin === "false");
    const one = onlyOne(id, fitting);
    return one && { role: one.role, grantRole: one.grantRole, withAdminOption: one.admin === "true" };
  },

  // Every input replaces, so there is nothing that could change in place.
  update: async () => undefined,

  async delete(server, was) {
    await server.change(server.home, async (sql) => {
      const found = await sql("SELECT 1 FROM pg_roles WHERE rolname IN ($1, $2)", [was.role, was.grantRole]);
      if (found.length === 2) await sql(`REVOKE ${ident(was.grantRole)} FROM ${ident(was.role)}`);
    });
  },
};
