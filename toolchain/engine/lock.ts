import { link, readFile, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { setTimeout as pause } from "node:timers/promises";
import { type Identity, isAlive, ownIdentity } from "./identity";

interface Holder extends Identity {
  host: string;
}

export interface Waiting {
  /** When this becomes true the lock is no longer wanted. */
  until: () => Promise<boolean>;
  /** Called once, with who holds the lock, when there is something to wait for. */
  waiting: (holder: string) => void;
}

const EVERY_MS = 200;
const BEAT_MS = 5_000;
/** A process of another machine or container cannot be asked whether it lives: it shows that by touching its lock. */
const SILENT_MS = 60_000;

/** A lock file with its holder's identity in it. One whose holder is dead is taken over. */
export class Lock {
  private readonly beat: NodeJS.Timeout;

  private constructor(private readonly file: string) {
    this.beat = setInterval(() => void utimes(file, new Date(), new Date()).catch(forgiveAbsence), BEAT_MS).unref();
  }

  /** Undefined when `until` came true while waiting. */
  static async take(file: string, { until, waiting }: Waiting): Promise<Lock | undefined> {
    const own = `${file}.${process.pid}`;
    await writeFile(own, JSON.stringify({ ...ownIdentity(), host: hostname() } satisfies Holder));
    let told = false;
    try {
      for (;;) {
        if (await linked(own, file)) return new Lock(file);
        const text = await content(file);
        if (text === undefined) continue;
        const holder = JSON.parse(text) as Holder;
        if (await isStale(file, holder)) {
          await takeAway(file, text);
          continue;
        }
        if (!told) waiting(`process ${holder.pid}${holder.host === hostname() ? "" : ` on ${holder.host}`}`);
        told = true;
        await pause(EVERY_MS);
        if (await until()) return undefined;
      }
    } finally {
      await rm(own, { force: true });
    }
  }

  async release(): Promise<void> {
    clearInterval(this.beat);
    await rm(this.file, { force: true });
  }
}

/** A hard link appears with its content and fails where there is one: nobody ever reads half a lock. */
async function linked(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw error;
  }
}

async function isStale(file: string, holder: Holder): Promise<boolean> {
  if (holder.host === hostname()) return !isAlive(holder);
  const found = await stat(file).catch(forgiveAbsence);
  return found !== undefined && Date.now() - found.mtimeMs > SILENT_MS;
}

/** Removes a dead lock; if it was another's new one that was caught, it is put back. */
async function takeAway(file: string, dead: string): Promise<void> {
  const aside = `${file}.${process.pid}.dead`;
  try {
    await rename(file, aside);
  } catch (error) {
    return forgiveAbsence(error);
  }
  if ((await content(aside)) !== dead) await linked(aside, file);
  await rm(aside, { force: true });
}

async function content(file: string): Promise<string | undefined> {
  return readFile(file, "utf8").catch(forgiveAbsence);
}

function forgiveAbsence(error: unknown): undefined {
  if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
  throw error;
}
