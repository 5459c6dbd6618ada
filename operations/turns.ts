import { byLabels, type Api } from "./api";
import { OperationError } from "./operation-error";
import { ENDED } from "./tasks";
import { until } from "./until";

/** Which turn the passwords of each server have, as `rotation` in the settings says. */
export type Turns = Partial<Record<"database" | "redis", number>>;

type Server = keyof Turns;

/** A task that is not over. */
export interface Holder {
  /** Its service; where that is gone, the name of its secret. */
  service: string;
  /** Whose passwords it has; undefined where its secret is gone, which is then of an earlier release. */
  turns?: Turns;
}

export interface Seen {
  tasks: {
    ServiceID: string;
    Status: { State: string };
    Spec: { ContainerSpec?: { Secrets?: { File?: { Name: string }; SecretID: string; SecretName: string }[] } };
  }[];
  /** The stack's. */
  secrets: { ID: string; Spec: { Name: string; Labels?: Record<string, string> } }[];
  /** Everybody's. */
  services: { ID: string; Spec: { Name: string; Labels?: Record<string, string> } }[];
}

/** Where the environment of a process lies in it. */
const ENVIRONMENT = "environment";
const FIRST: Turns = { database: 1, redis: 1 };

/** What of a stack holds passwords at this moment, those included that Swarm has told to stop. */
export function holdersIn({ tasks, secrets, services }: Seen, stack: string): Holder[] {
  return tasks.flatMap(({ ServiceID, Status, Spec }): Holder[] => {
    if (ENDED.has(Status.State)) return [];
    const its = Spec.ContainerSpec?.Secrets?.find(({ File }) => File?.Name === ENVIRONMENT);
    const service = services.find(({ ID }) => ID === ServiceID)?.Spec;
    const owner = service?.Labels?.["tidemark.stack"] ?? stack;
    if (!its?.SecretName.startsWith(`${stack}-`) || owner !== stack) return [];
    const secret = secrets.find(({ ID }) => ID === its.SecretID);
    return [{ service: service?.Name ?? its.SecretName, ...(secret && { turns: turnsIn(secret.Spec.Labels) }) }];
  });
}

/** An environment that says nothing was made when there was no other turn than the first. */
export function turnsIn(labels: Record<string, string> = {}): Turns {
  const text = labels["tidemark.turns"];
  if (text === undefined) return FIRST;
  const pairs = [...text.matchAll(/(database|redis)=(\d+)/g)];
  return Object.fromEntries(pairs.map(([, server, turn]) => [server as Server, Number(turn)]));
}

/** Those that have the password of another turn of one of these servers. */
export function former(holders: readonly Holder[], wanted: Turns): Holder[] {
  return holders.filter(
    ({ turns }) =>
      !turns ||
      (Object.entries(wanted) as [Server, number][]).some(
        ([server, turn]) => turns[server] !== undefined && turns[server] !== turn,
      ),
  );
}

export interface VacantOrder {
  stack: string;
  /** Which is to get a password. */
  login: string;
  turn: number;
}

/** A new password for a login that is at work would shut its tasks out before the release has replaced them. */
export async function vacant(api: Api, { stack, login, turn }: VacantOrder): Promise<{ at: string; former: boolean }> {
  const seen = await look(api, stack);
  const users = holdersIn(seen, stack).filter(({ turns }) => !turns || clashes(turns.database, turn));
  if (users.length > 0) throw new OperationError(clash(users, login, turn));
  const environments = seen.secrets.filter(({ Spec }) => /-environment-secret-/.test(Spec.Name));
  const others = environments.some(({ Spec }) => (turnsIn(Spec.Labels).database ?? turn) !== turn);
  return { at: new Date().toISOString(), former: others };
}

function clash(users: readonly Holder[], login: string, turn: number): string {
  const its = users.find(({ turns }) => turns?.database !== undefined)?.turns?.database;
  const password = its === undefined ? "a former password" : `its password of turn ${its}`;
  return [
    `rotation.database: ${turn}  A new password for ${login} would shut out what works with ${password}: ${named(users)}.`,
    its === undefined
      ? "  Type the same again when it has ended."
      : `  The other login is free: set ${its + 1}, or set ${its} again.`,
  ].join("\n");
}

/** Odd turns have one login, even ones the other. */
function clashes(its: number | undefined, turn: number): boolean {
  return its !== undefined && its !== turn && (its - turn) % 2 === 0;
}

export interface RetiredOrder {
  stack: string;
  turns: Turns;
  /** The longest that a task may take to its end. */
  limitSeconds: number;
}

/** Waits until no task is left that works with a password of a former turn. */
export async function retired(
  api: Api,
  { stack, turns, limitSeconds }: RetiredOrder,
  say: (line: string) => void,
): Promise<{ seconds: number }> {
  const started = Date.now();
  let said = "";
  let left: Holder[] = [];
  const gone = await until(limitSeconds * 1000, async () => {
    left = former(holdersIn(await look(api, stack), stack), turns);
    const text = named(left);
    if (text !== said && text !== "") say(`waiting for what still works with a former password: ${text}`);
    said = text;
    return left.length === 0 ? true : undefined;
  });
  if (gone) return { seconds: (Date.now() - started) / 1000 };
  throw new OperationError(
    [
      `the former passwords are still good, for after ${limitSeconds} s these still work with them: ${named(left)}`,
      "  The new release runs. When they have ended, type the same again.",
      `  What it is at: docker service ps ${left[0]?.service}`,
    ].join("\n"),
  );
}

/** @example "shop-prod-web (2), shop-prod-worker" */
function named(holders: readonly Holder[]): string {
  const counts = new Map<string, number>();
  for (const { service } of holders) counts.set(service, (counts.get(service) ?? 0) + 1);
  return [...counts]
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([service, count]) => (count === 1 ? service : `${service} (${count})`))
    .join(", ");
}

async function look(api: Api, stack: string): Promise<Seen> {
  const ours = byLabels(`tidemark.stack=${stack}`);
  // The tasks first: a task that is seen has had its secret since before.
  const tasks = (await api("GET", "/tasks")) as Seen["tasks"];
  const [secrets, services] = await Promise.all([api("GET", `/secrets?${ours}`), api("GET", "/services")]);
  return { tasks, secrets: secrets as Seen["secrets"], services: services as Seen["services"] };
}
