import { isMap, written, type Path } from "./path";
import { HIDDEN } from "./stack-file";

/** Places that hold the name of a secret, and where a secret itself is written by mistake. */
const BY_NAME = /(^|\.)(registry\.password|edge\.tls\.key|maintenance\.cookie|external\.url|secrets(\[\d+\])?)$/;
const SENSITIVE = /pass|secret|token|credential|private|api_?key|_key$|^key$|dsn/i;
const NAME = /^[A-Z][A-Z0-9_]{0,62}$/;
const LONGEST = 60;

/** A value as an error may show it: short, on one line, and never a secret. */
export function shown(path: Path, value: unknown): string {
  if (value === undefined || value === null || value === "") return "nothing";
  if (mayBeSecret(path, value)) return HIDDEN;
  if (Array.isArray(value)) return brief(`[${value.map((item, index) => shown([...path, index], item)).join(", ")}]`);
  if (isMap(value) && Object.keys(value).length === 0) return "{}";
  if (isMap(value)) return brief(`{ ${Object.keys(value).join(", ")} }`);
  return brief(JSON.stringify(value).replace(/(\/\/[^/@"]*:)[^@"]*@/, "$1***@"));
}

function mayBeSecret(path: Path, value: unknown): boolean {
  if (value === HIDDEN || path[0] === "secrets") return true;
  if (typeof value === "object") return false;
  if (BY_NAME.test(written(path))) return !(typeof value === "string" && NAME.test(value));
  return path.some((part) => typeof part === "string" && SENSITIVE.test(part));
}

function brief(text: string): string {
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}
