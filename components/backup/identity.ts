import { AccessKey } from "@pulumi/aws/iam/accessKey";
import { User } from "@pulumi/aws/iam/user";
import { UserPolicy } from "@pulumi/aws/iam/userPolicy";
import * as pulumi from "@pulumi/pulumi";
import { STACK_LABEL, type Scope } from "../swarm/scope";
import type { Policy } from "./policies";

export interface IdentityArgs {
  scope: Pick<Scope, "prefix">;
  policy: pulumi.Input<Policy>;
  /** Raised, it has a new key, and the former one goes when all that was handed the new one has it. */
  turn: number;
}

/** Somebody outside of AWS, for the servers are elsewhere: a user with one policy, and a key that is a secret. */
export class Identity extends pulumi.ComponentResource {
  readonly accessKeyId: pulumi.Output<string>;
  readonly secretAccessKey: pulumi.Output<string>;

  constructor(name: string, args: IdentityArgs, opts?: pulumi.ComponentResourceOptions) {
    super("tidemark:backup:Identity", name, {}, opts);
    const user = new User(
      `${name}-user`,
      { path: "/tidemark/", tags: { [STACK_LABEL]: args.scope.prefix } },
      { parent: this },
    );
    const policy = new UserPolicy(
      `${name}-policy`,
      { user: user.name, policy: pulumi.jsonStringify(args.policy) },
      { parent: this },
    );
    // Numbered, so that the new key is there before the former one goes.
    const key = new AccessKey(`${name}-key-${args.turn}`, { user: user.name }, { parent: this, dependsOn: policy });
    this.accessKeyId = key.id;
    this.secretAccessKey = pulumi.secret(key.secret);
    this.registerOutputs({ accessKeyId: this.accessKeyId });
  }
}
