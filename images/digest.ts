import { createHash } from "node:crypto";

/** A registry, and who asks it. */
export interface Registry {
  /** @example "registry.example.org" or "127.0.0.1:5000" */
  server: string;
  username?: string;
  password?: string;
  /** Plain HTTP. @default true for a loopback address, else false */
  insecure?: boolean;
}

const manifests = [
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.v2+json",
].join(", ");

/**
 * What a tag, or a digest, means at this moment, pinned; nothing when the registry has no such one.
 * @returns `repository:tag@sha256:…`, with the registry's own name before it.
 */
export async function digestOf(registry: Registry, repository: string, tag: string): Promise<string | undefined> {
  const url = `${origin(registry)}/v2/${repository}/manifests/${encodeURIComponent(tag)}`;
  const name = `${registry.server}/${repository}:${tag}`;
  const answer = await ask(registry, url, "HEAD");
  if (answer.status === 404) return undefined;
  if (!answer.ok) throw new Error(`${name}: ${refusal(answer.status, registry)}`);
  const told = answer.headers.get("docker-content-digest");
  if (told) return `${name}@${told}`;
  const body = Buffer.from(await (await ask(registry, url, "GET")).arrayBuffer());
  return `${name}@sha256:${createHash("sha256").update(body).digest("hex")}`;
}

async function ask(registry: Registry, url: string, method: "HEAD" | "GET"): Promise<Response> {
  const send = (authorization?: string) =>
    request(registry, url, { method, headers: { accept: manifests, ...(authorization && { authorization }) } });
  const first = await send(basic(registry));
  if (first.status !== 401) return first;
  const token = await bearer(registry, first.headers.get("www-authenticate") ?? "");
  return token === undefined ? first : send(`Bearer ${token}`);
}

// Large registries do not take a password themselves: they name a place that changes it for a token.
async function bearer(registry: Registry, challenge: string): Promise<string | undefined> {
  if (!/^bearer /i.test(challenge)) return undefined;
  const fields = Object.fromEntries(
    [...challenge.matchAll(/(\w+)="([^"]*)"/g)].map(([, key = "", value = ""]) => [key, value] as const),
  );
  if (!fields.realm || !mayHavePassword(registry, fields.realm)) return undefined;
  const realm = new URL(fields.realm);
  for (const key of ["service", "scope"]) if (fields[key]) realm.searchParams.set(key, fields[key]);
  const authorization = basic(registry);
  const answer = await request(registry, realm.href, { headers: { ...(authorization && { authorization }) } });
  if (!answer.ok) return undefined;
  const body = (await answer.json()) as { token?: string; access_token?: string };
  return body.token ?? body.access_token;
}

async function request(registry: Registry, url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, { ...init, signal: AbortSignal.timeout(20_000) });
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    throw new Error(
      `The registry ${registry.server} cannot be reached: ${cause instanceof Error ? cause.message : String(cause)}`,
    );
  }
}

function origin(registry: Registry): string {
  return `${isInsecure(registry) ? "http" : "https"}://${registry.server}`;
}

function isInsecure({ server, insecure }: Registry): boolean {
  return insecure ?? /^(localhost|127(\.\d+){3}|\[::1\])(:\d+)?$/.test(server);
}

function mayHavePassword(registry: Registry, url: string): boolean {
  return url.startsWith("https://") || isInsecure(registry);
}

function basic({ username, password }: Registry): string | undefined {
  return username === undefined
    ? undefined
    : `Basic ${Buffer.from(`${username}:${password ?? ""}`).toString("base64")}`;
}

function refusal(status: number, { username }: Registry): string {
  if (status !== 401 && status !== 403) return `the registry answered ${status}`;
  return username === undefined
    ? `the registry wants a login (${status}). Set registry.username and registry.password.`
    : `the registry refuses "${username}" (${status}). Its password may be wrong, or it may not read this repository.`;
}
