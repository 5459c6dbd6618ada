import * as postgresql from "@pulumi/postgresql";
import * as pulumi from "@pulumi/pulumi";
import type { Access } from "./access";
import type { OfTwo } from "./logins";

export interface LoginArgs {
  access: Access;
  login: OfTwo;
  /** Whether it may log in; before the release for whose turn it is, after it for whose turn is over. */
  open: boolean;
}

/** One of the application's two logins. It is no child of the data: what waits for them must not wait for both of these. */
export class Login extends pulumi.ComponentResource {
  constructor(name: string, { access, login, open }: LoginArgs, opts?: pulumi.ComponentResourceOptions) {
    super("tidemark:data:Login", name, {}, opts);
    new postgresql.Role(
      `${name}-role`,
      { name: login.user, login: open, password: pulumi.secret(login.password), roles: [access.group] },
      { parent: this, ...access.roleOptions(login.user) },
    );
    this.registerOutputs({});
  }
}
