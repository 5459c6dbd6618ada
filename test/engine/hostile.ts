import { randomBytes } from "node:crypto";

const needle = (): string => `needle${randomBytes(12).toString("hex")}`;

/** Values that a shell, a template, a line or a limit could break, each around a word that nothing else on earth holds. */
export function hostileSecrets(): { values: Record<string, string>; words: string[] } {
  const around: Record<string, (word: string) => string> = {
    PLAIN: (word) => word,
    SINGLE_QUOTES: (word) => `'it''s' '${word}' '\\''`,
    DOUBLE_QUOTES: (word) => `"${word}" "`,
    LINES: (word) => `\nfirst\n\n${word}\n third`,
    DOS_LINES: (word) => `first\r\n${word}\r\nlast\r`,
    SHELL: (word) => `$HOME \${${word}} $(echo ${word}) \`id\` $$ $1 ; & | > < * ? ~ # ! {a,b}`,
    BACKSLASHES: (word) => `\\ \\\\ \\n \\t \\'${word}\\"\\`,
    TEMPLATE: (word) => `{url} {{ ${word} }} %s %(x)s \${pulumi.stack} {password}`,
    UNICODE: (word) => `Ünïcödé ☕ 茶 𝒯 \u0301 \u202e ${word} \ufeff`,
    SPACES: (word) => `  \t ${word} \t  `,
    YAML: (word) => `- ${word}: &a !!str "x"\n? [}`,
    LARGE: (word) => `${"0123456789abcdef'\"$\\\n".repeat(2_500)}${word}${"é".repeat(26_000)}`,
  };
  const entries = Object.entries(around).map(([name, wrap]) => ({ name: `HOSTILE_${name}`, word: needle(), wrap }));
  return {
    values: { HOSTILE_EMPTY: "", ...Object.fromEntries(entries.map(({ name, word, wrap }) => [name, wrap(word)])) },
    words: entries.map(({ word }) => word),
  };
}
