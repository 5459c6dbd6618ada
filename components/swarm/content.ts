import { createHash } from "node:crypto";
import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { labels, type Scope } from "./scope";

/** A text that Swarm shows to a container as a file. */
export interface Content {
  readonly id: pulumi.Output<string>;
  readonly name: pulumi.Output<string>;
}

export interface ContentArgs {
  scope: Scope;
  text: string;
  /** For those who look at it and may not see what it holds. */
  labels?: Record<string, string>;
}

type ContentOptions = Omit<pulumi.CustomResourceOptions, keyof typeof KEPT | "additionalSecretOutputs">;

// Auto-named, because a name made from the hash would collide when a value returns; kept on delete, because a
// service's former specification still refers to it, and a roll back to that would find no file.
const KEPT = { retainOnDelete: true, deleteBeforeReplace: false };

function hash(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}

/** A secret: in Raft encrypted, in memory in the container, encrypted in the state. */
export class SecretContent extends docker.Secret implements Content {
  /** @param args.salt keyed into the hash label, so that a short secret cannot be guessed from it. */
  constructor(name: string, args: ContentArgs & { salt: string }, opts?: ContentOptions) {
    super(
      `${name}-secret`,
      {
        data: pulumi.secret(Buffer.from(args.text).toString("base64")),
        labels: labels(args.scope, { ...args.labels, "tidemark.content": hash(`${args.salt}\0${args.text}`) }),
      },
      { ...opts, ...KEPT, additionalSecretOutputs: ["data"] },
    );
  }
}

/** A configuration file without a secret in it. */
export class ConfigContent extends docker.ServiceConfig implements Content {
  constructor(name: string, args: ContentArgs, opts?: ContentOptions) {
    super(
      `${name}-config`,
      {
        data: Buffer.from(args.text).toString("base64"),
        labels: labels(args.scope, { ...args.labels, "tidemark.content": hash(args.text) }),
      },
      { ...opts, ...KEPT },
    );
  }
}
