import { execa } from "execa";
import { lines, type Docker } from "./docker";
import { isEvidence } from "./evidence";
import { inOrder, keptPiece, Pieces, serviceLine, type LogLine } from "./log-line";
import { OperationError } from "./operation-error";

/** Which lines are asked for. */
export interface Asked {
  /** Of the stack. */
  prefix: string;
  /** Without the stack's prefix; none for all. */
  processes: readonly string[];
  /** As log-line.ts writes a time. */
  since?: string;
  until?: string;
  /** In what was written, without time and task. */
  grep?: RegExp;
  /** The newest so many. */
  count?: number;
  /** Goes on with what comes. */
  follow: boolean;
}

/** Where logs are looked for. */
export interface Library {
  docker: Docker;
  /** As in DOCKER_HOST. */
  host: string;
  /** The keeper's container on the node that is asked; undefined where none runs. */
  keeper?: string;
  /** The Swarm has other nodes, and each keeps its own. */
  others: boolean;
}

export interface Size {
  bytes: number;
  /** A day; null where nothing is kept yet. */
  since: string | null;
}

/** Up to this many the newest lines are read from the end, without a look at the others. */
const FROM_THE_END = 10_000;
/** Docker does not say where what was there ends and what comes begins. */
const SILENCE_MS = 700;
const FIRST_MS = 3000;

export async function libraryOf(docker: Docker, host: string, prefix: string, nodes: number): Promise<Library> {
  const [keeper] = await lines(docker, [
    ...["ps", "--quiet", "--filter", `label=com.docker.swarm.service.name=${prefix}-logs`],
    ...["--filter", "status=running"],
  ]);
  return { docker, host, ...(keeper !== undefined && { keeper }), others: nodes > 1 };
}

/** Processes and jobs of which something is kept, those of former releases too. */
export async function keptProcesses({ docker, keeper }: Library): Promise<string[]> {
  return keeper === undefined ? [] : lines(docker, ["exec", keeper, "tidemark-logs", "list"]);
}

export async function keptSize({ docker, keeper }: Library): Promise<Size | undefined> {
  return keeper === undefined
    ? undefined
    : (JSON.parse(await docker(["exec", keeper, "tidemark-logs", "size"])) as Size);
}

/** Hands on the lines that are asked for in the order of time; then, where they are followed, each as it comes. */
export async function readLogs(library: Library, asked: Asked, onLine: (line: LogLine) => void): Promise<void> {
  const { keeper, others } = library;
  const sources = [
    ...(keeper === undefined ? [] : [fromKeeper(library, keeper, asked)]),
    ...(keeper === undefined || others ? [await fromServices(library, asked)] : []),
  ];
  const gathered = new Gathered(sources.length, asked.count, onLine);
  await Promise.all(
    sources.map((read) =>
      read(
        (batch) => gathered.take(batch),
        () => gathered.ended(),
      ),
    ),
  );
}

/** Gives lines by the batch, each batch later than the one before; and says once that what was there is all given. */
type Source = (take: (batch: LogLine[]) => void, ended: () => void) => Promise<void>;

/** What was there, held where it has to be put together or cut; then what comes. */
export class Gathered {
  private readonly held: LogLine[] = [];
  private open: number;

  constructor(
    private readonly sources: number,
    private readonly count: number | undefined,
    private readonly onLine: (line: LogLine) => void,
  ) {
    this.open = sources;
  }

  take(lines: LogLine[]): void {
    const batch = inOrder(lines);
    if (this.open === 0 || (this.sources === 1 && this.count === undefined)) return batch.forEach(this.onLine);
    for (const line of batch) this.held.push(line);
    if (this.sources === 1) this.cut();
  }

  ended(): void {
    this.open -= 1;
    if (this.open > 0) return;
    this.held.splice(0, this.held.length, ...inOrder(this.held));
    this.cut();
    this.held.splice(0).forEach(this.onLine);
  }

  private cut(): void {
    const more = this.held.length - (this.count ?? Infinity);
    if (more > 0) this.held.splice(0, more);
  }
}

/** What of a line is asked for beyond its process. */
function chosen({ since = "", until = "~", grep }: Asked): (line: LogLine) => boolean {
  return ({ time, text }) => time >= since && time <= until && !isEvidence(text) && (grep?.test(text) ?? true);
}

function fromKeeper({ host }: Library, keeper: string, asked: Asked): Source {
  return async (take, ended) => {
    const args = ["--host", host, "exec", "--interactive", keeper, "tidemark-logs", "read", ...readerArguments(asked)];
    // The reader ends with its input: it would outlive a docker exec that is killed.
    const reader = execa("docker", args, { stdin: "pipe", stderr: "inherit", reject: false, buffer: false });
    const [pieces, wanted] = [new Pieces(), chosen(asked)];
    const batch: LogLine[] = [];
    for await (const said of reader) {
      if (said === "now") ended();
      else if (said === "end") take(batch.splice(0));
      else {
        const line = pieces.add(keptPiece(said));
        if (line && wanted(line)) batch.push(line);
      }
    }
    const { exitCode } = await reader;
    if (exitCode !== 0) throw new OperationError(`The kept logs cannot be read (exit code ${exitCode}).`);
    if (!asked.follow) ended();
  };
}

/** As images/logs/tidemark-logs takes them. Of days and processes alone it knows, the rest is chosen here. */
export function readerArguments({ processes, since, until, grep, count, follow }: Asked): string[] {
  const few = count !== undefined && count <= FROM_THE_END && !since && !until && !grep;
  return [
    ...(since === undefined ? [] : ["--since", since.slice(0, 10)]),
    ...(until === undefined ? [] : ["--until", until.slice(0, 10)]),
    ...(few ? ["--last", String(count)] : []),
    ...(follow ? ["--follow"] : []),
    ...processes,
  ];
}

/** What Docker itself still has: where no keeper runs of all tasks, else of those on other nodes. */
async function fromServices({ docker, host, keeper }: Library, asked: Asked): Promise<Source> {
  const here = keeper === undefined ? undefined : await docker(["info", "--format", "{{.Name}}"]);
  const names = await lines(docker, [
    ...["service", "ls", "--format", "{{.Name}}", "--filter", `label=tidemark.stack=${asked.prefix}`],
  ]);
  const services = names.filter(
    (name) => asked.processes.length === 0 || asked.processes.includes(name.slice(asked.prefix.length + 1)),
  );
  return async (take, ended) => {
    const wanted = chosen(asked);
    const batch: LogLine[] = [];
    let isOver = false;
    const end = (): void => {
      take(batch.splice(0));
      if (!isOver) ended();
      isOver = true;
    };
    let silence = asked.follow ? setTimeout(end, FIRST_MS) : undefined;
    const hear = (said: string): void => {
      const line = serviceLine(said, asked.prefix);
      if (line && line.node !== here && wanted(line)) batch.push(line);
      if (isOver) return end();
      clearTimeout(silence);
      if (asked.follow) silence = setTimeout(end, SILENCE_MS);
    };
    await Promise.all(services.map((service) => serviceLog(host, service, asked, hear)));
    clearTimeout(silence);
    end();
  };
}

async function serviceLog(host: string, service: string, asked: Asked, hear: (line: string) => void): Promise<void> {
  const flags = [
    ...(asked.since === undefined ? [] : ["--since", asked.since]),
    ...(asked.count === undefined || asked.grep || asked.until ? [] : ["--tail", String(asked.count)]),
    ...(asked.follow ? ["--follow"] : []),
  ];
  const log = execa("docker", ["--host", host, "service", "logs", "--timestamps", "--no-trunc", ...flags, service], {
    stdin: "ignore",
    all: true,
    reject: false,
    buffer: false,
  });
  for await (const line of log.iterable({ from: "all" })) hear(line);
  await log;
}
