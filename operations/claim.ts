import { readFileSync, readlinkSync } from "node:fs";
import { hostname, userInfo } from "node:os";
import { ApiError, type Api } from "./api";
import { lifeOf } from "./life";
import { OperationError } from "./operation-error";
import { isDead } from "./stack-lock";

/** Who is at work on a stack, as it is written down on the Docker host itself: the state may be elsewhere, or twice. */
export interface Claim {
  pid: number;
  username: string;
  hostname: string;
  /** ISO. */
  timestamp: string;
  /** Where the pid means something. */
  processes: string;
}

interface Config {
  ID: string;
  Version: { Index: number };
  UpdatedAt: string;
  Spec: { Name: string; Labels: Record<string, string>; Data: string };
}

/** The config that says who holds a stack. */
export function lockName(prefix: string): string {
  return `${prefix}-lock`;
}

/** How often its holder shows that it lives, and after how long without it nobody holds it. */
const BEAT_MS = 10_000;
const DEAD_AFTER_MS = 60_000;

/**
 * Takes a stack for this process, or refuses and says who has it.
 * @param lost called when another one has taken it, for this process showed nothing for too long
 * @returns the id of what must be removed when it is done: by then its name may be another one's
 */
export async function claim(api: Api, prefix: string, lost: () => void): Promise<string> {
  const name = lockName(prefix);
  for (;;) {
    const id = await created(api, prefix, name);
    if (id !== undefined) {
      keepAlive(api, id, lost);
      return id;
    }
    const held = await look(api, name);
    if (held && !(await isOver(api, held))) throw new OperationError(refusal(prefix, claimIn(held)));
    if (held) await forgiving(404, () => api("DELETE", `/configs/${held.ID}`));
  }
}

async function created(api: Api, prefix: string, name: string): Promise<string | undefined> {
  const its: Claim = {
    pid: process.pid,
    username: userInfo().username,
    hostname: hostname(),
    timestamp: new Date().toISOString(),
    processes: processSpace(),
  };
  const spec = {
    Name: name,
    Labels: { "tidemark.stack": prefix, "tidemark.role": "lock" },
    Data: Buffer.from(JSON.stringify(its)).toString("base64"),
  };
  const made = await forgiving(409, () => api("POST", "/configs/create", spec));
  return (made as { ID: string } | undefined)?.ID;
}

/** Another one on a machine of the same name, or in another container, has the same numbers for other processes. */
function processSpace(): string {
  try {
    const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
    return `${boot} ${readlinkSync("/proc/self/ns/pid")}`;
  } catch {
    return hostname();
  }
}

/** On this machine the process itself can be looked for; of another one only its signs of life. */
async function isOver(api: Api, config: Config): Promise<boolean> {
  const its = claimIn(config);
  if (its.processes === processSpace()) return isDead(its, its.hostname, lifeOf);
  const { SystemTime } = (await api("GET", "/info")) as { SystemTime: string };
  return Date.parse(SystemTime) - Date.parse(config.UpdatedAt) > DEAD_AFTER_MS;
}

/** A config's content cannot change, but its labels can, and Docker notes when. */
function keepAlive(api: Api, id: string, lost: () => void): void {
  const beat = async (): Promise<void> => {
    const config = await look(api, id);
    if (!config) return lost();
    const Labels = { ...config.Spec.Labels, "tidemark.beat": new Date().toISOString() };
    await api("POST", `/configs/${config.ID}/update?version=${config.Version.Index}`, { ...config.Spec, Labels });
  };
  // One that is missed is made up for by the next.
  setInterval(() => void beat().catch(() => undefined), BEAT_MS).unref();
}

async function look(api: Api, its: string): Promise<Config | undefined> {
  return (await forgiving(404, () => api("GET", `/configs/${its}`))) as Config | undefined;
}

function claimIn({ Spec }: Config): Claim {
  return JSON.parse(Buffer.from(Spec.Data, "base64").toString()) as Claim;
}

async function forgiving(status: number, ask: () => Promise<unknown>): Promise<unknown> {
  try {
    return (await ask()) ?? {};
  } catch (error) {
    if (error instanceof ApiError && error.status === status) return undefined;
    throw error;
  }
}

function refusal(prefix: string, { username, hostname: host, pid, timestamp }: Claim): string {
  return [
    `${prefix} is being updated by ${username}@${host} (pid ${pid}) since ${timestamp.slice(0, 19)}Z, so nothing was touched`,
    "  Wait for it. A run that was killed there gives the stack up by itself after a minute; here, begin yours again",
  ].join("\n");
}
