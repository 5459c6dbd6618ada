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
 * @returns the name of what must be removed when it is done
 */
export async function claim(api: Api, prefix: string): Promise<string> {
  const name = lockName(prefix);
  for (;;) {
    if (await created(api, prefix, name)) {
      keepAlive(api, name);
      return name;
    }
    const held = await look(api, name);
    if (held && !(await isOver(api, held))) throw new OperationError(refusal(prefix, claimIn(held)));
    if (held) await forgiving(404, () => api("DELETE", `/configs/${held.ID}`));
  }
}

async function created(api: Api, prefix: string, name: string): Promise<boolean> {
  const its: Claim = {
    pid: process.pid,
    username: userInfo().username,
    hostname: hostname(),
    timestamp: new Date().toISOString(),
  };
  const spec = {
    Name: name,
    Labels: { "tidemark.stack": prefix, "tidemark.role": "lock" },
    Data: Buffer.from(JSON.stringify(its)).toString("base64"),
  };
  return (await forgiving(409, () => api("POST", "/configs/create", spec))) !== undefined;
}

/** On this machine the process itself can be looked for; of another one only its signs of life. */
async function isOver(api: Api, config: Config): Promise<boolean> {
  const its = claimIn(config);
  if (its.hostname === hostname()) return isDead(its, hostname(), lifeOf);
  const { SystemTime } = (await api("GET", "/info")) as { SystemTime: string };
  return Date.parse(SystemTime) - Date.parse(config.UpdatedAt) > DEAD_AFTER_MS;
}

/** A config's content cannot change, but its labels can, and Docker notes when. */
function keepAlive(api: Api, name: string): void {
  const beat = async (): Promise<void> => {
    const config = await look(api, name);
    if (!config) return;
    const Labels = { ...config.Spec.Labels, "tidemark.beat": new Date().toISOString() };
    await api("POST", `/configs/${config.ID}/update?version=${config.Version.Index}`, { ...config.Spec, Labels });
  };
  // One that is missed is made up for by the next.
  setInterval(() => void beat().catch(() => undefined), BEAT_MS).unref();
}

async function look(api: Api, name: string): Promise<Config | undefined> {
  return (await forgiving(404, () => api("GET", `/configs/${name}`))) as Config | undefined;
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
    "  Wait for it. A run that was killed there gives the stack up by itself after a minute; here, type: npx tidemark up",
  ].join("\n");
}
