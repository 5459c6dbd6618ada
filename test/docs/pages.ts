import { readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";

export const ROOT = path.resolve(__dirname, "../..");

/** A page of the manual. */
export interface Page {
  /** In the repository. */
  file: string;
  text: string;
}

export function page(file: string): Page {
  return { file, text: readFileSync(path.join(ROOT, file), "utf8") };
}

/** What a user or a contributor reads. */
export const manual: Page[] = [
  ...["README.md", "CONTRIBUTING.md", "CHANGELOG.md"],
  ...readdirSync(path.join(ROOT, "docs"))
    .filter((name) => name.endsWith(".md"))
    .map((name) => `docs/${name}`),
].map(page);

/** The pages that lie beside what they are about. */
export const beside: Page[] = readdirSync(path.join(ROOT, "examples"))
  .map((name) => `examples/${name}/README.md`)
  .concat(["", "aws/", "command/", "postgresql/"].map((folder) => `toolchain/stand-ins/${folder}README.md`))
  .map(page);

const FENCE = /^```(\w*)\n([\s\S]*?)^```$/gm;
const INLINE = /`((?:npx|npm|pulumi|tidemark|docker|git|curl|node|eval) [^`\n]+)`/g;

/** Every command that a page tells its reader to type: indented by four or more, in a block of sh, or within a line. */
export function commands({ file, text }: Page): string[] {
  const rest = text.replace(FENCE, "");
  return [
    ...blocks({ file, text }, "sh").flatMap((block) => block.split("\n").filter(Boolean)),
    ...[...rest.matchAll(/^ {4,}(\S.*)$/gm)].map(([, line = ""]) => line),
    // A bar within a table is written with a backslash.
    ...[...rest.matchAll(INLINE)].map(([, line = ""]) => line.replaceAll("\\|", "|")),
  ];
}

/** Commands that stand indented in a comment or in a text of a program, with what they do some spaces further on. */
export function commandsWithin(text: string, start: RegExp): string[] {
  return text.split("\n").flatMap((line) => {
    const [, rest = ""] = start.exec(line) ?? [];
    const command = rest.split(/ {3,}/)[0]?.trim() ?? "";
    return /^(npx|npm|pulumi|docker|eval|head) /.test(command) ? [command] : [];
  });
}

export function blocks({ text }: Page, language: string): string[] {
  return [...text.matchAll(FENCE)].filter(([, its]) => its === language).map(([, , block = ""]) => block);
}

/** Where a page's links lead, but for other sites. */
export function links({ text }: Page): string[] {
  return [...text.replace(FENCE, "").matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, to = ""]) => to)
    .filter((to) => !/^https?:/.test(to));
}

/** The anchors that a page has for its headings. */
export function anchors({ text }: Page): string[] {
  return [...text.replace(FENCE, "").matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-"),
  );
}
