import { titled, type Look, type Pending } from "./look";
import { aheadProblem, objections, type PreflightOrder } from "./preflight";
import { inWords } from "./running";

/** What a deploy would do. */
export interface Plan {
  stack: string;
  tag: string;
  /** Pinned; null for a process that does not run. */
  processes: Record<string, { from: string | null; to: string }>;
  /** Pending ones with their SQL, in their order; null where they cannot be asked for, and why. */
  migrations: Pending[] | null;
  unknown?: string;
  /** Migrations that the release does not know and that are applied. */
  ahead: string[];
  onAhead: "refuse" | "allow";
  /** Those for which visitors would be kept out. */
  maintenance: string[];
  /** Whether it would pass, null where that cannot be told, with each problem's lines and the further checks. */
  preflight: { passes: boolean | null; problems: string[][]; checks: string[] };
}

/** What of a plan is known without looking into the image. */
export interface Frame extends Pick<PreflightOrder, "stack" | "accept" | "acceptedAnyway" | "onAhead"> {
  tag: string;
  running: Record<string, string>;
  wanted: Record<string, string>;
  checks: string[];
}

/** What was seen in the image and in the database; or why that was not looked for; or why it went wrong. */
export type Seen = { look: Look; ahead: { name: string; title?: string }[] } | { unknown: string } | { failed: string };

export function planOf(frame: Frame, seen: Seen): Plan {
  const { stack, tag, running, wanted, checks, onAhead } = frame;
  const processes = Object.fromEntries(
    Object.entries(wanted).map(([name, to]) => [name, { from: running[name] ?? null, to }]),
  );
  const common = { stack, tag, processes, onAhead };
  if (!("look" in seen)) {
    const failed = "failed" in seen;
    const unknown = failed ? "cannot be told: see the preflight" : seen.unknown;
    const problems = failed ? [seen.failed.split("\n")] : [];
    const preflight = { passes: failed ? false : null, problems, checks };
    return { ...common, migrations: null, unknown, ahead: [], maintenance: [], preflight };
  }
  const { look, ahead } = seen;
  const isAhead = ahead.length > 0;
  const problems = [
    ...objections(look.findings, frame),
    ...(isAhead && onAhead === "refuse" ? [aheadProblem(ahead, frame)] : []),
  ];
  const migrations = isAhead ? [] : look.pending;
  return {
    ...common,
    migrations,
    ahead: ahead.map(({ name }) => name),
    maintenance: migrations.filter(({ maintenance }) => maintenance).map(({ name }) => name),
    preflight: { passes: problems.length === 0, problems, checks },
  };
}

/** The plan as people read it. */
export function planInWords(plan: Plan): string[] {
  const from = Object.entries(plan.processes).flatMap(([name, its]) => (its.from === null ? [] : [[name, its.from]]));
  const to = Object.entries(plan.processes).map(([name, its]) => [name, its.to]);
  const moves = inWords(
    Object.fromEntries(from) as Record<string, string>,
    Object.fromEntries(to) as Record<string, string>,
  );
  return [
    `What a deploy of ${plan.tag} to ${plan.stack} would do; nothing was changed.`,
    "",
    "Processes",
    ...(moves.length > 0 ? moves : ["every one runs what it is to run"]).map(indented),
    "",
    "Migrations",
    ...migrationsInWords(plan).map(indented),
    "",
    "Maintenance",
    indented(maintenanceInWords(plan)),
    "",
    "Preflight",
    ...preflightInWords(plan).map(indented),
  ];
}

function migrationsInWords({ migrations, unknown, ahead, tag }: Plan): string[] {
  if (migrations === null) return [unknown ?? "cannot be asked for"];
  if (ahead.length > 0) return [`none would run, for the database is ahead of ${tag}:`, ...ahead.map(indented)];
  if (migrations.length === 0) return ["none is pending"];
  return migrations.flatMap((one) => [
    `${titled(one)}${one.atomic ? "" : ", in no transaction"}`,
    ...(one.sql ?? "").split("\n").filter(Boolean).map(indented),
  ]);
}

function maintenanceInWords({ maintenance, migrations }: Plan): string {
  if (migrations === null) return "cannot be told";
  return maintenance.length === 0 ? "no" : `on while ${maintenance.join(", ")} runs`;
}

function preflightInWords({ preflight }: Plan): string[] {
  const { passes, problems, checks } = preflight;
  const further = checks.map((check) => `would also run: ${check}`);
  if (passes === null) return ["cannot be told", ...further];
  if (passes) return ["would pass", ...further];
  return ["would refuse:", ...problems.flatMap(([first = "", ...rest]) => [first, ...rest.map(indented)]), ...further];
}

function indented(line: string): string {
  return `  ${line}`;
}
