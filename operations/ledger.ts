import { hostname, userInfo } from "node:os";
import { byLabels, type Api } from "./api";
import { DockerError, inspect, lines, remove, type Docker } from "./docker";
import { lockName } from "./claim";
import type { Way } from "./notify";
import type { Observed } from "./observe";
import type { ServiceSpec } from "./rollout";

/** What makes a release, known before it begins. */
export interface ReleaseFacts {
  /** Of the stack. */
  prefix: string;
  tag: string;
  /** Process to its pinned image. */
  images: Record<string, string>;
  commit?: string;
}

/** One that a release's image knows. */
export interface Migration {
  /** @example "shop.0001_initial" */
  name: string;
  /** Those that it is a squash of. */
  replaces: string[];
  /** Visitors are kept out while it runs. */
  maintenance: boolean;
}

/** A point in the database's history to which its data can be brought back. */
export interface Mark {
  name: string;
  /** Number of the release that it is the end of. */
  closes: number;
  lsn: string;
  /** Of the database in which it lies; none where nothing was archived. */
  generation?: number;
  /** Of the uploads, as they were then; none where they are not backed up. */
  snapshot?: string;
}

/** begun: it is at work, or was ended in the middle. */
export type Result = "begun" | "good" | "fell back" | "failed";

/** In words, for people. */
export function ending(result: Result): string {
  return result === "begun" ? "not ended" : result;
}

/** What came of a release. */
export interface Outcome {
  result: Exclude<Result, "begun">;
  /** Of what is not good. */
  why?: string;
  seconds?: number;
  migrations?: { known: Migration[]; ran: string[] };
  /** The end of the release before. */
  mark?: Mark;
  /** Each service's whole specification as it was proven: what a later release goes back to. */
  services?: Record<string, ServiceSpec>;
  edge?: { hash: string; static: string | null };
  /** What was seen of it after the roll, where it was observed. */
  observed?: Observed;
  /** Each secret's keyed hash, and since when it is the same. */
  secrets?: Record<string, { hash: string; since: string }>;
  /** How people are told; of a release that fails before its roll the one that stands knows. */
  notify?: Way;
}

/** A release as it is written down: a Swarm config, so that whoever reaches the stack reaches its history. */
export interface ReleaseRecord extends Omit<ReleaseFacts, "prefix">, Omit<Outcome, "result"> {
  number: number;
  result: Result;
  /** @example "ada@laptop" */
  who: string;
  /** When it began, ISO. */
  at: string;
  /** Of the run that it is a part of. */
  run?: string;
}

interface Config {
  Spec: { Data: string };
}

/** How many releases are remembered. */
const KEPT = 60;

/** All that are remembered, the newest first. */
export async function records(docker: Docker, prefix: string): Promise<ReleaseRecord[]> {
  const filters = [`label=tidemark.stack=${prefix}`, "label=tidemark.role=release"];
  const ids = await lines(docker, ["config", "ls", "--quiet", ...filters.flatMap((one) => ["--filter", one])]);
  const configs = await inspect<Config>(docker, "config", ids);
  return recordsIn(configs);
}

/** The same in one question, for what must not take long. */
export async function recordsAt(api: Api, prefix: string): Promise<ReleaseRecord[]> {
  const ours = byLabels(`tidemark.stack=${prefix}`, "tidemark.role=release");
  return recordsIn((await api("GET", `/configs?${ours}`)) as Config[]);
}

function recordsIn(configs: readonly Config[]): ReleaseRecord[] {
  return inOrder(configs.map(({ Spec }) => JSON.parse(Buffer.from(Spec.Data, "base64").toString()) as ReleaseRecord));
}

/** The newest first; a beginning whose end is written too is left out. */
export function inOrder(all: readonly ReleaseRecord[]): ReleaseRecord[] {
  const ended = new Set(all.filter(({ result }) => result !== "begun").map(({ number }) => number));
  return all
    .filter(({ result, number }) => result !== "begun" || !ended.has(number))
    .sort((a, b) => b.number - a.number);
}

/** The newest that was proven: what runs now, unless a release is at work. */
export function standing(all: readonly ReleaseRecord[]): ReleaseRecord | undefined {
  return all.find(({ result }) => result === "good");
}

/** Writes down that a release begins, and numbers it; once in a run, whoever of its steps is the first to say so. */
export async function begin(docker: Docker, facts: ReleaseFacts): Promise<ReleaseRecord> {
  const { prefix, ...its } = facts;
  const run = await runOf(docker, prefix);
  for (;;) {
    const all = await records(docker, prefix);
    const begun = run === undefined ? undefined : all.find((one) => one.run === run);
    if (begun) return begun;
    const record: ReleaseRecord = {
      number: (all[0]?.number ?? 0) + 1,
      ...its,
      result: "begun",
      who: who(),
      at: new Date().toISOString(),
      ...(run !== undefined && { run }),
    };
    if (await written(docker, prefix, record)) return record;
  }
}

/**
 * Writes down how it ended. One that never said it began, such as a change of a setting alone, gets its number here;
 * of two steps that fail side by side the first is the reason.
 */
export async function finish(docker: Docker, facts: ReleaseFacts, outcome: Outcome): Promise<ReleaseRecord> {
  const { prefix } = facts;
  const begun = await begin(docker, facts);
  if (begun.result !== "begun") return begun;
  const record: ReleaseRecord = {
    ...begun,
    ...outcome,
    seconds: outcome.seconds ?? (Date.now() - Date.parse(begun.at)) / 1000,
  };
  await written(docker, prefix, record);
  await remove(docker, "config", [configName(prefix, begun)]);
  return record;
}

/** Whoever works on a stack holds its lock; each run has another one. */
async function runOf(docker: Docker, prefix: string): Promise<string | undefined> {
  const [lock] = await inspect<{ ID: string }>(docker, "config", [lockName(prefix)]);
  return lock?.ID;
}

/** The newest that did not end well, by its number; 0 where all did. */
export function lastFailure(all: readonly ReleaseRecord[]): number {
  return all.find(({ result }) => result !== "good")?.number ?? 0;
}

/** The oldest go, but never the one that stands, nor the last failure: a point was made for what came after that. */
export async function forgetOldest(docker: Docker, prefix: string, kept = KEPT): Promise<void> {
  const all = await records(docker, prefix);
  const held = [standing(all)?.number, lastFailure(all)];
  const old = all.slice(kept).filter(({ number }) => !held.includes(number));
  await remove(
    docker,
    "config",
    old.map((record) => configName(prefix, record)),
  );
}

/** False when the number is taken. */
async function written(docker: Docker, prefix: string, record: ReleaseRecord): Promise<boolean> {
  const labels = { "tidemark.stack": prefix, "tidemark.role": "release", "tidemark.tag": record.tag };
  const flags = Object.entries(labels).flatMap(([key, value]) => ["--label", `${key}=${value}`]);
  try {
    await docker(["config", "create", ...flags, configName(prefix, record), "-"], { input: JSON.stringify(record) });
    return true;
  } catch (error) {
    if (error instanceof DockerError && /already exists|name conflicts/i.test(error.said)) return false;
    throw error;
  }
}

function configName(prefix: string, { number, result }: Pick<ReleaseRecord, "number" | "result">): string {
  return `${prefix}-release-${number}${result === "begun" ? "-begun" : ""}`;
}

/** As the history and the news name whoever types. */
export function who(): string {
  return `${userInfo().username}@${hostname()}`;
}
