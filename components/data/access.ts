import * as postgresql from "@pulumi/postgresql";
import * as pulumi from "@pulumi/pulumi";
import type { Logins } from "./logins";

export interface AccessArgs {
  /** The server, as Tidemark's own superuser reaches it. */
  server: { host: string; port: number; username: string; password: string };
  database: string;
  /** Which they were made in. One that is restored has them, whatever its number; one that begins empty has none of them. */
  generation: number;
  logins: Logins;
  extensions: string[];
  /** They came with a backup, and are taken over as they are: what is there cannot be made. @default false */
  foreign?: boolean;
}

/** Roles but for the logins, database, default privileges and extensions. They live in the volume, so they stay when the stack goes. */
export class Access extends pulumi.ComponentResource {
  /** The role whose rights the logins have. */
  readonly group: pulumi.Output<string>;
  /** For all that lives in the volume. */
  private readonly kept: pulumi.CustomResourceOptions;
  private readonly foreign: boolean;

  constructor(
    readonly name: string,
    args: AccessArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("tidemark:data:Access", name, {}, opts);
    const provider = new postgresql.Provider(
      `${name}-server`,
      { ...args.server, password: pulumi.secret(args.server.password), sslmode: "disable", superuser: true },
      { parent: this },
    );
    this.foreign = args.foreign ?? false;
    this.kept = { provider, retainOnDelete: true, replacementTrigger: args.generation };
    const kept = { parent: this, ...this.kept };
    const role = (name: string) => ({ parent: this, ...this.roleOptions(name) });
    const { owner, group, reader } = args.logins;

    const ownerRole = new postgresql.Role(
      `${name}-owner`,
      { name: owner.user, login: true, password: pulumi.secret(owner.password) },
      role(owner.user),
    );
    const groupRole = new postgresql.Role(`${name}-group`, { name: group, login: false }, role(group));
    this.group = groupRole.name;
    const readerRole = new postgresql.Role(
      `${name}-reader`,
      { name: reader.user, login: true, password: pulumi.secret(reader.password) },
      role(reader.user),
    );
    const database = new postgresql.Database(
      `${name}-database`,
      {
        name: args.database,
        owner: ownerRole.name,
        encoding: "UTF8",
        template: "template0",
        lcCollate: "C.UTF-8",
        lcCtype: "C.UTF-8",
      },
      { ...kept, ...(this.foreign && { import: args.database }) },
    );

    const later = (what: string, role: pulumi.Input<string>, objectType: string, privileges: string[]) =>
      new postgresql.DefaultPrivileges(
        `${name}-${what}`,
        { database: database.name, owner: ownerRole.name, schema: "public", role, objectType, privileges },
        kept,
      );
    later("group-tables", groupRole.name, "table", ["SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES"]);
    later("group-sequences", groupRole.name, "sequence", ["SELECT", "UPDATE", "USAGE"]);
    later("reader-tables", readerRole.name, "table", ["SELECT"]);

    for (const extension of [...args.extensions].sort()) {
      new postgresql.Extension(`${name}-extension-${extension}`, { name: extension, database: database.name }, kept);
    }
    this.registerOutputs({ database: database.name });
  }

  /** For a role, which lives in the volume. */
  roleOptions(name: string): pulumi.CustomResourceOptions {
    // Nobody can read a password back; it was set from the settings when its users were let in. Whose turn it is to log in
    // may have been another's then. The next update looks at both again.
    return { ...this.kept, ...(this.foreign && { import: name, ignoreChanges: ["password", "login"] }) };
  }
}
