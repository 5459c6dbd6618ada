import { stripVTControlCharacters } from "node:util";
import { OperationError } from "./operation-error";

/** A line that a process wrote. */
export interface LogLine {
  /** To the nanosecond, so that texts sort as times do. @example "2026-11-21T12:51:18.120000000Z" */
  time: string;
  /** Process, number and the beginning of its id. @example "web.2.x8ka01" */
  task: string;
  text: string;
}

/** A piece of one: Docker cuts what is longer than 16 KB. */
interface Piece extends LogLine {
  whole: boolean;
  stream: string;
}

/** @param json as the keeper of logs keeps it */
export function keptPiece(json: string): Piece {
  const { task, log, stream, time } = JSON.parse(json) as Record<"task" | "log" | "stream" | "time", string>;
  return {
    time: toNanoseconds(time),
    task: shortTask(task),
    text: log.replace(/\r?\n$/, ""),
    whole: log.endsWith("\n"),
    stream,
  };
}

/** @param line as `docker service logs --timestamps --no-trunc` prints it; undefined for one that it did not get from a task */
export function serviceLine(line: string, prefix: string): (LogLine & { node: string }) | undefined {
  const [, time, task = "", node = "", text = ""] = /^(\S+Z) (\S+)@(\S+) *\| ?(.*)$/s.exec(line) ?? [];
  if (time === undefined || !task.startsWith(`${prefix}-`)) return undefined;
  return { time: toNanoseconds(time), task: shortTask(task.slice(prefix.length + 1)), text, node };
}

/** Puts together what Docker cut, each at the time of its beginning. */
export class Pieces {
  private readonly begun = new Map<string, Piece>();

  /** @returns the line that this piece ends, if it does */
  add(piece: Piece): LogLine | undefined {
    const key = `${piece.task} ${piece.stream}`;
    const former = this.begun.get(key);
    const { time, task, text } = former ? { ...former, text: former.text + piece.text } : piece;
    if (piece.whole) this.begun.delete(key);
    else this.begun.set(key, { ...piece, time, text });
    return piece.whole ? { time, task, text } : undefined;
  }
}

/** In the order of time; what one process wrote at one moment stays as it wrote it. */
export function inOrder(lines: readonly LogLine[]): LogLine[] {
  return [...lines].sort((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0));
}

/** One line for a person; what would move the cursor of a terminal is left out. */
export function printed({ time, task, text }: LogLine, width = 0): string {
  // eslint-disable-next-line no-control-regex -- they are what is looked for
  const plain = stripVTControlCharacters(text).replaceAll(/[\x00-\x08\x0a-\x1f\x7f]/g, "");
  return `${time.slice(0, 23)}Z  ${task.padEnd(width)}  ${plain}`;
}

/** A moment: so long ago, or a time, which without a zone is UTC, as the logs are. */
export function moment(text: string, option: string, now = Date.now()): string {
  const [, count, unit] = /^(\d+)([smhd])$/.exec(text) ?? [];
  const seconds = { s: 1, m: 60, h: 3600, d: 86_400 }[unit ?? ""];
  const zoned = /T.*(Z|[+-]\d\d:?\d\d)$/.test(text) || !text.includes("T") ? text : `${text}Z`;
  const at = seconds === undefined ? Date.parse(zoned) : now - Number(count) * seconds * 1000;
  if (!Number.isFinite(at) || (seconds === undefined && !/^\d{4}-\d\d-\d\d/.test(text))) {
    throw new OperationError(`${option} ${text}  It is no time. Write how long ago, such as 2h, or 2026-11-21T10:00Z.`);
  }
  return toNanoseconds(new Date(at).toISOString());
}

/** Docker leaves out the zeros at the end. */
function toNanoseconds(time: string): string {
  const [, seconds = time, fraction = ""] = /^(.*?)(?:\.(\d+))?Z$/.exec(time) ?? [];
  return `${seconds}.${fraction.padEnd(9, "0")}Z`;
}

/** @example "web.2.x8ka01bc…" becomes "web.2.x8ka01"; of a job, or of what runs once on each node, Swarm has no number */
function shortTask(task: string): string {
  const [process = "", place = "", id = ""] = task.split(".");
  return [process, /^\d+$/.test(place) ? place : "1", id.slice(0, 6)].join(".");
}
