import * as pulumi from "@pulumi/pulumi";
import { type Problem, Refusal } from "../../settings/refusal";
import type { Scope } from "../swarm/scope";
import { Identity } from "./identity";
import { type Lock, lockDays, lockProblems, type Retention } from "./lock";
import { type AccessLog, LockedBucket } from "./locked-bucket";
import { readerPolicy, writerPolicy } from "./policies";
import { Replication } from "./replication";

export interface BucketArgs {
  /** Whose backups they are, and whether they may go with the stack. */
  scope: Pick<Scope, "prefix" | "throwAway">;
  /**
   * How many full backups are kept and how far apart they are: from it follows for how long nothing can be deleted.
   * Raised, what is stored from then on is locked for longer. @example { keep: 4, fullEvery: "1d" }
   */
  retention: Retention;
  /** @default governance, for as long as the retention needs @example { mode: "compliance", days: 90 } */
  lock?: Lock;
  /** Where the bucket is. A change is another bucket, and the former one stays. @default the provider's @example "eu-central-1" */
  region?: string;
  /**
   * A second bucket, with a key of its own, to which S3 copies everything that is stored from then on: about the price of
   * the first one again, and of the traffic. Taken away, Pulumi refuses until its bucket is unprotected, and keeps it.
   * @default none: a lost region is the loss of all backups @example { region: "eu-west-1" }
   */
  replica?: { region: string };
  /** Who read and wrote what, as S3 writes it down. @default none @example { bucket: "shop-access-logs" } */
  log?: AccessLog;
  /** After how many days the parts of an upload that was broken off are let go. @default 7 */
  abortUploadsDays?: number;
  /**
   * Of the keys of writer and reader: each number has keys of its own, and the former ones are deleted at the end of the
   * `up` that raised it. @default 1
   */
  turn?: number;
}

/** Where a replica lies, for a restore out of it. */
export interface Replica {
  bucket: pulumi.Output<string>;
  region: pulumi.Output<string>;
}

/**
 * A place for backups that outlives the servers, a mistake and a stolen key of theirs: nothing in it can be deleted before
 * its time, and the identity that writes there can change nothing of that.
 * It costs what is stored, twice over for what was deleted in the time of the lock, and a key of KMS for each region.
 */
export class Bucket extends pulumi.ComponentResource {
  /** Its name, known once it is protected. */
  readonly bucket: pulumi.Output<string>;
  readonly region: pulumi.Output<string>;
  /** For how long each version of a file stays. */
  readonly lockDays: number;
  /** Makes backups: finds, reads, writes and hides files. */
  readonly writer: Identity;
  /** Restores, out of the replica too: finds and reads, every version. */
  readonly reader: Identity;
  readonly replica: Replica | undefined;

  constructor(name: string, args: BucketArgs, opts?: pulumi.ComponentResourceOptions) {
    const problems = bucketProblems(name, args);
    if (problems.length > 0) throw new Refusal(name, problems);
    super("tidemark:backup:Bucket", name, {}, opts);
    const { scope, replica, turn = 1 } = args;
    this.lockDays = lockDays(args.retention, args.lock);
    const locked = {
      scope,
      mode: args.lock?.mode ?? "governance",
      lockDays: this.lockDays,
      abortUploadsDays: args.abortUploadsDays ?? ABORT_UPLOADS_DAYS,
    };
    const region = args.region === undefined ? {} : { region: args.region };

    const here = new LockedBucket(
      `${name}-here`,
      { ...locked, ...region, ...(args.log && { log: args.log }) },
      { parent: this },
    );
    const there = replica && new LockedBucket(`${name}-there`, { ...locked, region: replica.region }, { parent: this });
    if (there) {
      new Replication(`${name}-replication`, { scope, ...region, from: here, to: there }, { parent: this });
    }
    this.writer = new Identity(
      `${name}-writer`,
      { scope, turn, policy: here.store.apply(writerPolicy) },
      { parent: this },
    );
    const stores = pulumi.all(there ? [here.store, there.store] : [here.store]);
    this.reader = new Identity(`${name}-reader`, { scope, turn, policy: stores.apply(readerPolicy) }, { parent: this });

    this.bucket = here.bucket;
    this.region = here.region;
    this.replica = there && { bucket: there.bucket, region: there.region };
    this.registerOutputs({ bucket: this.bucket, lockDays: this.lockDays });
  }
}

const ABORT_UPLOADS_DAYS = 7;
/** IAM takes 64 characters for a role, and S3 63; `-replication-role-` and seven random letters come behind the name. */
const LONGEST_NAME = 39;

/** All that is wrong with the arguments, before anything is registered. */
export function bucketProblems(name: string, args: BucketArgs): Problem[] {
  const problems = lockProblems(name, args.retention, args.lock);
  const add = (at: string, got: unknown, why: string, fix: string): void =>
    void problems.push({ at, got: String(got), why, fix });
  if (!/^[a-z0-9][a-z0-9-]*$/.test(name) || name.length > LONGEST_NAME) {
    add(name, name, "S3 has no bucket of such a name.", `Write at most ${LONGEST_NAME} of a-z, 0-9 and -.`);
  }
  if (args.replica && args.replica.region === args.region) {
    const why = "What takes the first bucket away would take its replica along.";
    add(`${name}.replica.region`, args.replica.region, why, "Write another region, such as one of the same country.");
  }
  const { abortUploadsDays: days = ABORT_UPLOADS_DAYS, turn = 1 } = args;
  if (!Number.isInteger(days) || days < 1) {
    add(`${name}.abortUploadsDays`, days, "An upload that still runs would be broken off.", "Write 1 or more.");
  }
  if (!Number.isInteger(turn) || turn < 1) {
    add(`${name}.turn`, turn, "The turns of the keys are counted.", "Write 1, and raise it by one for new keys.");
  }
  return problems;
}
