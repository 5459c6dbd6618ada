import { rollOf, isHttp, type Process } from "../process";
import type { Problem } from "../refusal";
import type { Settings } from "../schema";
import { seconds, type Duration } from "../units";

/** Names of services that Tidemark makes itself; the logs of one-off commands are under `run`. */
const RESERVED = ["edge", "postgres", "postgres-access", "keeper", "logs", "run"];
/** Swarm waits at most 60 s for the old task before it starts the new one. */
const STOP_FIRST_LIMIT: Duration = "50s";
const GRACE = { web: "10s", frontend: "10s", worker: "5m", beat: "10s" } as const satisfies Record<
  Process["kind"],
  Duration
>;

export function processes(settings: Settings): Problem[] {
  const taken = [...RESERVED, ...Object.keys(settings.redis)];
  const entries = Object.entries(settings.processes);
  const problems: Problem[] = entries
    .filter(([name]) => taken.includes(name))
    .map(([name, { kind }]) => ({
      at: `processes.${name}`,
      got: name,
      why: "A service of that name is made by Tidemark.",
      fix: `Give it another name, such as ${name}-${kind}.`,
    }));
  if (entries.length === 0) {
    const fix = "Add one, such as web: { kind: web, health: { path: /health } }.";
    problems.push({ at: "processes", got: "nothing", why: "Nothing would run.", fix });
  }
  for (const [name, { kind, command }] of entries) {
    if ((kind !== "worker" && kind !== "beat") || command || settings.framework === "none" || settings.celery) continue;
    problems.push({
      at: "celery",
      got: "nothing",
      why: `${name} has no command, so it is Celery's ${kind}; of which application is not said.`,
      fix: "Write the module, as in celery -A, such as celery: shop; or give the process a command.",
    });
  }
  return problems;
}

/** Two would send every task twice. */
export function beats(settings: Settings): Problem[] {
  const beats = Object.entries(settings.processes).filter(([, { kind }]) => kind === "beat");
  const [first, ...others] = beats.map(([name]) => name);
  const second = others.map((name) => ({
    at: `processes.${name}`,
    got: "a second beat",
    why: `With ${first} it would send every task twice.`,
    fix: `Put both schedules into ${first}.`,
  }));
  const overlapping = beats
    .filter(([, { roll }]) => roll === "start-first")
    .map(([name]) => ({
      at: `processes.${name}.roll`,
      got: "start-first",
      why: "During a roll two would run, and send every task twice.",
      fix: "Leave it out: a beat is always stop-first.",
    }));
  return [...second, ...overlapping];
}

/** With stop-first, what an old task needs to end is time in which Swarm waits, and gives up. */
export function endings(settings: Settings): Problem[] {
  return Object.entries(settings.processes).flatMap(([name, process]) => {
    if (rollOf(process) !== "stop-first") return [];
    const grace = process.grace ?? GRACE[process.kind];
    const drain = isHttp(process) ? process.drain : "0s";
    if (seconds(grace) + seconds(drain) <= seconds(STOP_FIRST_LIMIT)) return [];
    const got = isHttp(process) ? `${grace}, after a drain of ${drain}` : grace;
    const why = `With stop-first Swarm starts the new one after 60s, whether the old one has ended or not.`;
    const most = isHttp(process)
      ? `Let drain and grace be ${STOP_FIRST_LIMIT} together`
      : `Write at most ${STOP_FIRST_LIMIT}`;
    const way = process.kind === "beat" ? "" : ", or let it roll start-first";
    return { at: `processes.${name}.grace`, got, why, fix: `${most}${way}.` };
  });
}
