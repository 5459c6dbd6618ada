import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { type Docker, lines } from "../../operations/docker";

/** Who holds a port. */
export type PortOwner =
  | { kind: "service" | "container"; name: string }
  /** Without name and pid when /proc may not say. */
  | { kind: "process"; name?: string; pid?: number };

const SERVICE = "com.docker.swarm.service.name";
const LISTENING = "0A";

/** @param here is the Docker host this machine? Of another one, processes cannot be seen. */
export async function portOwner(docker: Docker, port: number, here: boolean): Promise<PortOwner | undefined> {
  return (await inDocker(docker, port)) ?? (here ? amongProcesses(port) : undefined);
}

/** As it is said to a person. */
export function describeOwner(owner: PortOwner): string {
  if (owner.kind !== "process") return `${owner.kind} ${owner.name}`;
  return owner.pid === undefined ? "a process of another user" : `process ${owner.name} (pid ${owner.pid})`;
}

async function inDocker(docker: Docker, port: number): Promise<PortOwner | undefined> {
  const format = `{{.Names}}\t{{.Label "${SERVICE}"}}`;
  const [container] = await lines(docker, ["ps", "--filter", `publish=${port}`, "--format", format]);
  if (container) {
    const [name, service] = container.split("\t");
    return service ? { kind: "service", name: service } : { kind: "container", name: name! };
  }
  return publishedService(await serviceList(docker), port);
}

async function serviceList(docker: Docker): Promise<string[]> {
  const manages = await docker(["info", "--format", "{{.Swarm.ControlAvailable}}"]);
  return manages === "true" ? lines(docker, ["service", "ls", "--format", "{{.Name}}\t{{.Ports}}"]) : [];
}

/** The service that the routing mesh publishes the port for, of lines such as "shop\t*:80->8080/tcp, *:81->81/tcp". */
export function publishedService(list: readonly string[], port: number): PortOwner | undefined {
  const line = list.find((one) => new RegExp(`[:\\s]${port}->\\d+/tcp`).test(one));
  return line === undefined ? undefined : { kind: "service", name: line.split("\t")[0]! };
}

function amongProcesses(port: number): PortOwner | undefined {
  const sockets = ["/proc/net/tcp", "/proc/net/tcp6"].flatMap((file) => listeningSockets(text(file), port));
  if (sockets.length === 0) return undefined;
  for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    if (holdsOne(pid, sockets)) return { kind: "process", pid: Number(pid), name: text(`/proc/${pid}/comm`).trim() };
  }
  return { kind: "process" };
}

/** Inodes of the sockets that listen at the port, from a table as in /proc/net/tcp. */
export function listeningSockets(table: string, port: number): string[] {
  const wanted = `:${port.toString(16).toUpperCase().padStart(4, "0")}`;
  return table
    .split("\n")
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields[1]?.endsWith(wanted) && fields[3] === LISTENING)
    .map((fields) => fields[9]!);
}

function holdsOne(pid: string, sockets: readonly string[]): boolean {
  const links = sockets.map((inode) => `socket:[${inode}]`);
  return unlessHidden(() => readdirSync(`/proc/${pid}/fd`), []).some((fd) =>
    links.includes(unlessHidden(() => readlinkSync(`/proc/${pid}/fd/${fd}`), "")),
  );
}

function text(file: string): string {
  return unlessHidden(() => readFileSync(file, "utf8"), "");
}

/** A process may end while it is looked at, and another user's is closed to us. */
function unlessHidden<T>(look: () => T, otherwise: T): T {
  try {
    return look();
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    if (["ENOENT", "EACCES", "EPERM", "ESRCH"].includes(code)) return otherwise;
    throw error;
  }
}
