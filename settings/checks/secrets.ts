import { makeSecret, setSecret } from "../commands";
import { isOwn, type Database } from "../database";
import { nearest } from "../nearest";
import { written } from "../path";
import type { Problem } from "../refusal";
import type { Settings } from "../schema";
import { HIDDEN, type Leaf } from "../stack-file";

export const KEY = "TIDEMARK_KEY";
const KEY_LENGTH = 32;
const NAME = /^[A-Z][A-Z0-9_]*$/;

/** Beside one encrypted value Pulumi shows a plain one as encrypted too, so only the file tells. */
export function plainSecrets(leaves: readonly Leaf[], stack: string): Problem[] {
  return leaves.flatMap(({ path, value, secure }): Problem | [] => {
    const [key, name] = path;
    const isPlace = key === "secrets" && path.length === 2;
    if (key === "secrets" && path.length > 1 && !secure) {
      const at = written(path.slice(0, 2));
      const command = setSecret(String(name), stack);
      if (value === null) return { at, got: "nothing", why: "It is left empty.", fix: `Run: ${command}` };
      const why = "It stands in the file in plain text.";
      const fix = `Take the line away, type it at the prompt of: ${command} (a committed value is known: make a new one).`;
      return { at, got: HIDDEN, why, fix };
    }
    if (secure && !isPlace) {
      const last = key === "secrets" ? "NAME" : nameFor(path);
      const why =
        key === "secrets" ? "Secrets are encrypted one by one." : "Only what is under secrets stays secret on its way.";
      return { at: written(path), got: HIDDEN, why, fix: `Take it away here and run: ${setSecret(last, stack)}` };
    }
    return [];
  });
}

function nameFor(path: Leaf["path"]): string {
  const last = String(path.filter((part) => typeof part === "string").at(-1));
  return NAME.test(last) ? last : "NAME";
}

/** Own servers have passwords that follow from this one secret. */
export function tidemarkKey(settings: Settings, stack: string): Problem[] {
  const needs = [
    ...(isOwn(settings.database) ? ["PostgreSQL"] : []),
    ...Object.entries(settings.redis).flatMap(([name, one]) => ("external" in one ? [] : [name])),
  ];
  if (needs.length === 0) return [];
  const key = settings.secrets[KEY];
  const at = `secrets.${KEY}`;
  const fix = `Run: ${makeSecret(KEY, stack)}`;
  if (!key) return [{ at, got: "nothing", why: `The passwords of ${needs.join(" and ")} are made from it.`, fix }];
  if (key === HIDDEN || key.length >= KEY_LENGTH) return [];
  return [{ at, got: HIDDEN, why: `It has ${key.length} characters; passwords need ${KEY_LENGTH} at least.`, fix }];
}

/** What goes by the name of a secret must be set under that name. */
export function missingSecrets(settings: Settings, stack: string): Problem[] {
  const { database, backup, redis, registry, edge, maintenance, notify, processes, secrets } = settings;
  const known = Object.keys(secrets);
  const references: Reference[] = [
    { at: "database.external.url", name: urlOf(database), usual: "DATABASE_URL" },
    ...Object.entries(redis).map(([key, one]) => ({
      at: `redis.${key}.external.url`,
      name: urlOf(one),
      usual: "REDIS_URL",
    })),
    { at: "registry.password", name: registry?.password, usual: "REGISTRY_PASSWORD" },
    { at: "edge.tls.key", name: edge.tls?.key, usual: "TLS_KEY" },
    { at: "maintenance.cookie", name: maintenance.cookie, usual: "MAINTENANCE_COOKIE" },
    { at: "backup.s3.keyId", name: backup?.s3?.keyId, usual: "S3_KEY_ID" },
    { at: "backup.s3.key", name: backup?.s3?.key, usual: "S3_KEY" },
    { at: "notify.webhook", name: notify?.webhook, usual: "CHAT_WEBHOOK" },
    ...Object.entries(processes).flatMap(([process, { secrets: its = [] }]) =>
      its.map((name, index) => ({ at: `processes.${process}.secrets[${index}]`, name, usual: "NAME" })),
    ),
  ];
  return references.flatMap(({ at, name, usual }): Problem | [] => {
    if (name === undefined) return [];
    if (!NAME.test(name)) {
      return {
        at,
        got: HIDDEN,
        why: "The NAME of a secret belongs here; this looks like the secret itself, in plain text.",
        fix: `Write ${usual} here and run: ${setSecret(usual, stack)}`,
      };
    }
    if (name === KEY) {
      return {
        at,
        got: name,
        why: "It is Tidemark's own and leaves it for no other place.",
        fix: "Name another secret.",
      };
    }
    if (secrets[name]) return [];
    const near = nearest(name, known);
    const fix = near ? `Did you mean ${near}? Otherwise run` : "Run";
    return { at, got: name, why: "No such secret is set.", fix: `${fix}: ${setSecret(name, stack)}` };
  });
}

interface Reference {
  at: string;
  name: string | undefined;
  /** How such a secret is usually called. */
  usual: string;
}

function urlOf(server: Database | Settings["redis"][string]): string | undefined {
  return server !== false && "external" in server ? server.external.url : undefined;
}
