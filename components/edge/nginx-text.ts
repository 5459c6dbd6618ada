/** A directive with directives in it. */
export function block(head: string, body: readonly string[]): string {
  return `${head} {\n${indent(1, body.join("\n"))}\n}`;
}

export function indent(depth: number, text: string): string {
  return text.replace(/^(?=.)/gm, "  ".repeat(depth));
}

/** Sent with every answer, whatever its status. */
export function header(name: string, value: string): string {
  return `add_header ${name} ${quoted(value)} always;`;
}

export function quoted(value: string): string {
  return `"${value.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
}

/** A text as a pattern that it alone matches. */
export function pattern(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
