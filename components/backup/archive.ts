import * as pulumi from "@pulumi/pulumi";
import type { Backup } from "../../settings/backup";
import { seconds } from "../../settings/units";
import { SecretContent, type Content } from "../swarm/content";
import type { Scope } from "../swarm/scope";
import { Volume } from "../swarm/volume";
import type { Passwords } from "../data/passwords";

export interface ArchiveArgs {
  scope: Scope;
  backup: Backup;
  passwords: Passwords;
}

const REPOSITORY = "/var/lib/pgbackrest";

/** Where the database's history is kept: a repository in a volume, and the file with its key. Whoever reads or writes it has both. */
export class Archive extends pulumi.ComponentResource {
  /** For /run/secrets/archive. */
  readonly file: Content;
  readonly mount: { volume: pulumi.Output<string>; path: string };

  constructor(name: string, { scope, backup, passwords }: ArchiveArgs, opts?: pulumi.ComponentResourceOptions) {
    super("tidemark:backup:Archive", name, {}, opts);
    const text = archiveFile(passwords.of("archive"), backup);
    this.file = new SecretContent(`${name}-file`, { scope, text, salt: passwords.salt }, { parent: this });
    const repository = new Volume(name, { scope, holds: "data" }, { parent: this });
    this.mount = { volume: repository.name, path: REPOSITORY };
    this.registerOutputs({ volume: repository.name });
  }
}

/** As pgBackRest reads it. */
export function archiveFile(key: string, { keep }: Pick<Backup, "keep">): string {
  const lines: Record<string, string | number> = {
    "repo1-path": REPOSITORY,
    "repo1-cipher-type": "aes-256-cbc",
    "repo1-cipher-pass": key,
    "repo1-retention-full": keep,
    // Small files share one of the repository's, and of a large one only the blocks are stored that changed.
    "repo1-bundle": "y",
    "repo1-block": "y",
    "compress-type": "zst",
    "process-max": 2,
    "start-fast": "y",
    "log-level-console": "warn",
    "log-level-file": "off",
    // The root of a container cannot be written to.
    "lock-path": "/tmp/pgbackrest",
    "spool-path": "/tmp/pgbackrest",
  };
  return ["[global]", ...Object.entries(lines).map(([key, value]) => `${key}=${value}`), ""].join("\n");
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
