import * as pulumi from "@pulumi/pulumi";
import type { Backup, S3 } from "../../settings/backup";
import { seconds } from "../../settings/units";
import { SecretContent, type Content } from "../swarm/content";
import type { Scope } from "../swarm/scope";
import { Volume } from "../swarm/volume";
import type { Passwords } from "../data/passwords";

export interface ArchiveArgs {
  scope: Scope;
  backup: Backup;
  passwords: Passwords;
  /** The application's, of which the bucket's keys are two. */
  secrets: Readonly<Record<string, string>>;
}

const REPOSITORY = "/var/lib/pgbackrest";
const CA = "archive-ca";

/** Where the database's history is kept: in a volume, in a bucket, or in both. Whoever reads or writes it has all of this. */
export class Archive extends pulumi.ComponentResource {
  /** For /run/secrets: pgBackRest's configuration, with its keys, and whom to trust. */
  readonly files: Record<string, Content>;
  readonly mounts: { volume: pulumi.Output<string>; path: string }[];

  constructor(name: string, args: ArchiveArgs, opts?: pulumi.ComponentResourceOptions) {
    super("tidemark:backup:Archive", name, {}, opts);
    const { scope, backup, passwords, secrets } = args;
    const { salt } = passwords;
    const keys = { cipher: passwords.of("archive"), ...keysOf(backup.s3, secrets) };
    const text = archiveFile(scope.prefix, keys, backup);
    const file = new SecretContent(`${name}-file`, { scope, text, salt }, { parent: this });
    const ca = backup.s3?.ca;
    this.files = {
      archive: file,
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

/** What opens a repository. */
export interface Keys {
  cipher: string;
  s3Id?: string;
  s3Key?: string;
}

function keysOf(s3: Backup["s3"], secrets: ArchiveArgs["secrets"]): Omit<Keys, "cipher"> {
  return s3 ? { s3Id: secrets[s3.keyId] ?? "", s3Key: secrets[s3.key] ?? "" } : {};
}

/** As pgBackRest reads it. */
export function archiveFile(
  prefix: string,
  keys: Keys,
  { keep, volume, s3 }: Pick<Backup, "keep" | "volume" | "s3">,
): string {
  const places = [...(volume ? [{ path: REPOSITORY }] : []), ...(s3 ? [bucketLines(prefix, keys, s3)] : [])];
  const repositories = places.flatMap((its, at) =>
    Object.entries({
      ...its,
      "cipher-type": "aes-256-cbc",
      "cipher-pass": keys.cipher,
      "retention-full": keep,
      // Small files share one of the repository's, and of a large one only the blocks are stored that changed.
      bundle: "y",
      block: "y",
    }).map(([key, value]) => [`repo${at + 1}-${key}`, value]),
  );
  const common = Object.entries({
    "compress-type": "zst",
    "process-max": 2,
    "start-fast": "y",
    // It tries many times, each for so long.
    "io-timeout": 30,
    "log-level-console": "warn",
    "log-level-file": "off",
    // The root of a container cannot be written to.
    "lock-path": "/tmp/pgbackrest",
    "spool-path": "/tmp/pgbackrest",
  });
  return ["[global]", ...[...repositories, ...common].map(([key, value]) => `${key}=${value}`), ""].join("\n");
}

function bucketLines(prefix: string, { s3Id = "", s3Key = "" }: Keys, s3: S3): Record<string, string> {
  const { host, port } = new URL(s3.endpoint ?? `https://s3.${s3.region}.amazonaws.com`);
  return {
    type: "s3",
    path: s3.path ?? `/${prefix}`,
    "s3-bucket": s3.bucket,
    "s3-region": s3.region,
    "s3-endpoint": host.replace(/:\d+$/, ""),
    ...(port !== "" && { "storage-port": port }),
    "s3-uri-style": s3.style ?? (s3.endpoint === undefined ? "host" : "path"),
    "s3-key": s3Id,
    "s3-key-secret": s3Key,
    ...(s3.ca !== undefined && { "storage-ca-file": `/run/secrets/${CA}` }),
  };
}

/** Lines for postgresql.conf. Each generation has a history of its own: two in one would jam the archive at the second restore. */
export function archiveSettings(history: string, { behind }: Pick<Backup, "behind">): Record<string, string> {
  return {
    archive_mode: "on",
    archive_command:
      `pgbackrest --config=/run/secrets/archive --stanza=${history} ` +
      `--pg1-path=/var/lib/postgresql/data/pgdata archive-push "%p"`,
    // What is written right after a file was closed waits for the next one and its way.
    archive_timeout: `${Math.floor(seconds(behind) / 2)}s`,
  };
}
