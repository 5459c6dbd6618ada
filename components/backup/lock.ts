import type { Problem } from "../../settings/refusal";
import { type Duration, seconds } from "../../settings/units";

/** What is kept, as far as it decides how long nothing may be deleted. */
export interface Retention {
  /** Full backups, each with all that leads from it to any later moment, as `backup.keep` has it. @example 4 */
  keep: number;
  /** From one full backup to the next. @example "1d" */
  fullEvery: Duration;
}

export interface Lock {
  /**
   * Who may take a lock off. `governance`: whoever has s3:BypassGovernanceRetention, which no identity of this program
   * has. `compliance`: nobody, the owner of the account included, and the storage is paid for until the last day.
   * @default "governance"
   */
  mode?: "governance" | "compliance";
  /** Longer than is needed. What is stored already keeps its date. @default what the retention needs @example 90 */
  days?: number;
}

const DAY = 86_400;
/** A long weekend in which nobody sees that no full backup came about. */
const MARGIN_DAYS = 3;
/** S3 takes no more. */
const MOST_DAYS = 36_500;

/**
 * The days for which the oldest backup that is kept may still be needed, counted from when it was stored: it goes when
 * `keep` newer ones are there, which takes one interval more when one of them fails.
 */
export function leastLockDays({ keep, fullEvery }: Retention): number {
  return Math.ceil(((keep + 1) * seconds(fullEvery)) / DAY) + MARGIN_DAYS;
}

export function lockDays(retention: Retention, lock: Lock = {}): number {
  return lock.days ?? leastLockDays(retention);
}

/** A lock that is shorter than the retention would let a backup be deleted that the others rest on. */
export function lockProblems(at: string, retention: Retention, { days }: Lock = {}): Problem[] {
  const { keep, fullEvery } = retention;
  const problems = retentionProblems(`${at}.retention`, retention);
  if (problems.length > 0) return problems;
  const [least, wanted] = [leastLockDays(retention), lockDays(retention, { days })];
  if (wanted < least || !Number.isInteger(wanted)) {
    problems.push({
      at: `${at}.lock.days`,
      got: String(wanted),
      why: `A backup could be deleted while it is needed: ${keep} full ones are kept, one each ${fullEvery}.`,
      fix: `Write ${least} or more, or leave it out.`,
    });
  }
  if (wanted > MOST_DAYS) {
    problems.push({
      at: days === undefined ? `${at}.retention` : `${at}.lock.days`,
      got: `${wanted} days`,
      why: "S3 locks nothing for longer than a hundred years.",
      fix: `Stay below ${MOST_DAYS} days.`,
    });
  }
  return problems;
}

function retentionProblems(at: string, { keep, fullEvery }: Retention): Problem[] {
  const problems: Problem[] = [];
  if (!Number.isInteger(keep) || keep < 1) {
    problems.push({
      at: `${at}.keep`,
      got: String(keep),
      why: "Nothing could be restored.",
      fix: "Write 1 or more.",
    });
  }
  if (!(seconds(fullEvery) > 0)) {
    problems.push({
      at: `${at}.fullEvery`,
      got: fullEvery,
      why: "It is the time from one full backup to the next.",
      fix: "Write a length of time, such as 1d.",
    });
  }
  return problems;
}
