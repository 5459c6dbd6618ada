import { CONFIG, ofType, SECRET, SERVICE, the } from "./application";
import type { Registered } from "./build";
import { revealed } from "./secret";

interface Container {
  image: string;
  commands?: string[];
  args?: string[];
  healthcheck?: { tests: string[] };
  mounts: { type: string; source?: string; target: string; readOnly: boolean }[];
  secrets: { secretName: string; fileName: string }[];
}

/** One process as Docker would run it, in the words of the settings. */
export interface Seen {
  replicas: number;
  /** Behind the launcher. */
  command: string;
  /** Whose connections the launcher waits for. */
  port?: number;
  drain?: number;
  health: string;
  /** Names in its environment file. */
  environment: string[];
  /** Volume to path; a `!` marks one that is looked at for the mark of its own before anything starts. */
  volumes: string[];
}

const PREFIX = /^[a-z]+-prod-/;

/** The services of processes, those that carry the launcher, by the settings' names. */
export function processes(all: readonly Registered[]): Record<string, Seen> {
  const services = ofType(all, SERVICE).map(
    ({ inputs }) => revealed(inputs) as { name: string; mode: Mode; taskSpec: { containerSpec: Container } },
  );
  return Object.fromEntries(
    services
      .filter(({ taskSpec }) => taskSpec.containerSpec.commands?.includes("/tidemark/launch"))
      .sort((a, b) => a.name.localeCompare(b.name))
      .map(({ name, mode, taskSpec: { containerSpec } }) => [
        name.replace(PREFIX, ""),
        {
          replicas: mode.replicated.replicas,
          ...seen(containerSpec),
          environment: environment(all, name).map(([its]) => its),
        },
      ]),
  );
}

interface Mode {
  replicated: { replicas: number };
}

function seen({ commands = [], healthcheck, mounts }: Container): Omit<Seen, "replicas" | "environment"> {
  const end = commands.indexOf("--");
  const [port, drain] = commands.slice(end - 2, end).map(Number);
  const marked = commands.slice(0, end).filter((_, at) => commands[at - 1] === "--volume");
  return {
    command: commands.slice(end + 1).join(" "),
    ...(port && { port, drain }),
    health: healthcheck?.tests.slice(3).join(" ") ?? "",
    volumes: mounts
      .filter(({ type }) => type === "volume")
      .map(({ source = "", target, readOnly }) => {
        const mark = marked.includes(target) ? "!" : "";
        return `${source.replace(PREFIX, "")}:${target}${readOnly ? ":ro" : ""}${mark}`;
      }),
  };
}

/** Name and value of each variable of a service, in the file's order; names that a shell would not take are missed. */
export function environment(all: readonly Registered[], service: string): [string, string][] {
  const text = content(the(all, SECRET, `${service}-environment-secret`));
  return [...text.matchAll(/^export ([A-Z_][A-Z0-9_]*)='((?:[^']|'\\'')*)'$/gm)].map(([, name = "", value = ""]) => [
    name,
    value.replaceAll("'\\''", "'"),
  ]);
}

/** The text that a secret or config carries. */
export function content(one: Registered): string {
  return Buffer.from((revealed(one.inputs) as { data: string }).data, "base64").toString("utf8");
}

export function config(all: readonly Registered[], name: string): string {
  return content(the(all, CONFIG, name));
}

/** The files that the edge is handed. */
export function edgeFiles(all: readonly Registered[], prefix: string): Record<string, string> {
  const document = JSON.parse(content(the(all, SECRET, `${prefix}-edge-document-secret`))) as {
    files: Record<string, string>;
  };
  return document.files;
}

/** Path, upstream, the largest body in MiB and the silence allowed, of each route in nginx.conf. */
export function routes(nginxConf: string): string[] {
  const found = nginxConf.matchAll(
    /location (\S+) \{\n\s+set \$upstream http:\/\/(\S+);\n\s+set \$upgrade \S+;\n\s+client_max_body_size (\d+);\n\s+proxy_read_timeout (\S+);/g,
  );
  return [
    ...new Set(
      [...found].map(
        ([, path, to = "", size, quiet]) => `${path} ${to.replace(PREFIX, "")} ${Number(size) / 1024 ** 2}m ${quiet}`,
      ),
    ),
  ];
}
