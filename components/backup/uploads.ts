import * as pulumi from "@pulumi/pulumi";
import type { Backup } from "../../settings/backup";
import type { Passwords } from "../data/passwords";
import { jobOrder } from "../swarm/job";
import { SecretContent, type Content } from "../swarm/content";
import type { Scope } from "../swarm/scope";
import { Volume } from "../swarm/volume";
import { backupWords, UPLOADS } from "./keeper-plan";

export interface UploadsArgs {
  scope: Scope;
  backup: Pick<Backup, "volume" | "s3">;
  passwords: Passwords;
  /** The application's, of which the bucket's keys are two. */
  secrets: Readonly<Record<string, string>>;
}

const REPOSITORY = "/var/lib/restic";
const CA = "media-ca";

/** Where the uploads are backed up: in a volume, in a bucket, or in both. */
export class Uploads extends pulumi.ComponentResource {
  /** For /run/secrets: the repositories with their keys, and whom to trust. */
  readonly files: Record<string, Content>;
  readonly mounts: { volume: pulumi.Output<string>; path: string }[];

  constructor(name: string, args: UploadsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("tidemark:backup:Uploads", name, {}, opts);
    const { scope, backup, passwords, secrets } = args;
    const { salt } = passwords;
    const text = uploadsFile(scope.prefix, passwords.of("media-archive"), backup, secrets);
    const ca = backup.s3?.ca;
    this.files = {
      media: new SecretContent(`${name}-file`, { scope, text, salt }, { parent: this }),
      ...(ca !== undefined && { [CA]: new SecretContent(`${name}-ca`, { scope, text: ca, salt }, { parent: this }) }),
    };
    this.mounts = backup.volume
      ? [
          {
            volume: new Volume(name, { scope, holds: "data", outlives: true }, { parent: this }).name,
            path: REPOSITORY,
          },
        ]
      : [];
    this.registerOutputs({});
  }
}

/** As images/keeper/tidemark-media reads it. */
export function uploadsFile(
  prefix: string,
  password: string,
  { volume, s3 }: Pick<Backup, "volume" | "s3">,
  secrets: Readonly<Record<string, string>>,
): string {
  const bucket = s3 && {
    kind: "s3",
    at: `s3:${(s3.endpoint ?? `https://s3.${s3.region}.amazonaws.com`).replace(/\/$/, "")}/${s3.bucket}${s3.path ?? `/${prefix}`}/uploads`,
    keyId: secrets[s3.keyId] ?? "",
    key: secrets[s3.key] ?? "",
    region: s3.region,
    ...(s3.ca !== undefined && { ca: `/run/secrets/${CA}` }),
  };
  const repositories = [...(volume ? [{ kind: "volume", at: REPOSITORY }] : []), ...(bucket ? [bucket] : [])];
  return JSON.stringify({ password, repositories });
}

export interface KeptUploads {
  scope: Scope;
  backup: Pick<Backup, "keepUploads">;
  archive: Uploads;
  /** Of who reads them. */
  image: string;
  /** That is live. */
  volume: pulumi.Output<string>;
  generation: number;
}

/** A job that backs them up, less the name of a mark. */
export function uploadsJob(
  name: string,
  { scope, backup, archive, image, volume, generation }: KeptUploads,
): pulumi.Output<object> {
  return jobOrder(name, scope, {
    image,
    user: "0",
    command: ["tidemark-media", ...backupWords(scope.prefix, generation, backup)],
    secrets: archive.files,
    volumes: [{ volume, path: UPLOADS }, ...archive.mounts],
    limitSeconds: 3600,
  });
}
