import { inYaml } from "./in-yaml";
import { kindOf, manual, type Entry } from "./manual";

interface Row {
  key: string;
  entry: Entry;
  needed: boolean;
}

const HEAD = `# Settings

Everything that can be written in \`Pulumi.<stack>.yaml\`. This page is made from the schema by \`settings/generate.ts\`;
what it says is what is checked. A wrong setting is refused before anything is touched, all of them at once.

Begin the file with the line below, and an editor with YAML support completes and underlines as you type:

\`\`\`yaml
# yaml-language-server: $schema=Pulumi.schema.json
config:
  tidemark:name: shop
  tidemark:tag: "1.4.2"
  tidemark:image: registry.example/shop
  tidemark:processes:
    web: { kind: web, health: { path: /health } }
  tidemark:secrets:
    TIDEMARK_KEY: { secure: … }
\`\`\`

- Each key at the left edge has the project's prefix, \`tidemark:\`; below it the prefix is left out.
- Quote every tag, and every variable that looks like a number: YAML reads \`1.10\` as \`1.1\`.
- A secret is never typed into this file or into a command. \`pulumi config set --secret --path secrets.NAME\` asks for it.
- Where a page says NAME of a secret, write the name alone: \`DATABASE_URL\`, not what it holds.
- Tidemark's own secret is made once: \`head -c 32 /dev/urandom | base64 | pulumi config set --secret --path secrets.TIDEMARK_KEY\`.
- A time has its unit, s, m, h or d: \`30s\`. A size has k, m or g: \`512m\`. A command is a list, one text for each word.
- **Needed** marks what must be written. Where nothing stands under Default, there is none.
`;

const COLUMNS = [line(["Setting", "What it is", "Default", "Write"]), line(["---", "---", "---", "---"])];

/** The page of the manual on settings. */
export function reference(): string {
  const top = Object.entries(manual().properties ?? {});
  const sections = top.flatMap(([key, entry]) => section(key, entry));
  const short = rowsOf(manual(), "", false).map(({ key, entry, needed }) => {
    const title = titleOf(key, entry);
    const there = innerOf(entry).length > 0 ? `[below](#${title.toLowerCase().replaceAll(".", "")})` : toWrite(entry);
    return line([...cellsOf({ key, entry, needed }).slice(0, 3), there]);
  });
  return [HEAD, "## All, in short\n", ...COLUMNS, ...short, "", ...sections].join("\n");
}

function section(key: string, entry: Entry): string[] {
  const inner = innerOf(entry);
  if (inner.length === 0) return [];
  const all = inner.map(({ label, form }) => ({ label, rows: rowsOf(form, "", true) }));
  return [`## ${titleOf(key, entry)}\n`, `${entry.description ?? ""}\n`, merged(all)];
}

function titleOf(key: string, entry: Entry): string {
  return entry.additionalProperties ? `${key}.NAME` : key;
}

/** The forms that a setting with parts can take, each with what tells it from the others. */
function innerOf(entry: Entry): { label: string; form: Entry }[] {
  const held = entry.additionalProperties || entry;
  const forms = (held.oneOf ?? held.anyOf ?? [held]).filter(({ properties }) => properties);
  return forms.map((form) => ({ label: labelOf(form), form }));
}

function labelOf({ properties }: Entry): string {
  const kind = properties?.["kind"]?.const;
  if (typeof kind === "string") return kind;
  return properties?.["external"] ? "external" : "own";
}

/** A line for each setting; what has parts of its own gives a line for each of them, too. */
function rowsOf(form: Entry, above: string, isDeep: boolean): Row[] {
  return Object.entries(form.properties ?? {}).flatMap(([name, entry]) => {
    const key = `${above}${name}`;
    const row = { key, entry, needed: form.required?.includes(name) ?? false };
    if (!isDeep) return [row];
    const list = entry.items?.properties ? rowsOf(entry.items, `${key}[].`, true) : [];
    return [row, ...rowsOf(entry, `${key}.`, true), ...list];
  });
}

/** One table for all forms; a setting that only some of them have says which. */
function merged(forms: { label: string; rows: Row[] }[]): string {
  if (forms.length === 1) return table(forms[0]?.rows ?? []);
  const keys = [...new Set(forms.flatMap(({ rows }) => rows.map(({ key }) => key)))];
  const lines = keys.flatMap((key) => {
    const variants = new Map<string, { row: Row; labels: string[] }>();
    for (const { label, rows } of forms) {
      const row = rows.find((one) => one.key === key);
      if (!row) continue;
      const cells = JSON.stringify(cellsOf(row));
      variants.set(cells, { row, labels: [...(variants.get(cells)?.labels ?? []), label] });
    }
    return [...variants.values()].map(({ row, labels }) =>
      line([
        cellsOf(row)[0] ?? "",
        labels.length === forms.length ? "all" : labels.join(", "),
        ...cellsOf(row).slice(1),
      ]),
    );
  });
  return [
    line(["Setting", "Of", "What it is", "Default", "Write"]),
    line(["---", "---", "---", "---", "---"]),
    ...lines,
    "",
  ].join("\n");
}

function table(rows: Row[]): string {
  return [...COLUMNS, ...rows.map((row) => line(cellsOf(row))), ""].join("\n");
}

function cellsOf({ key, entry, needed }: Row): string[] {
  return [`\`${key}\``, entry.description ?? "", needed ? "**Needed**" : defaultOf(entry), toWrite(entry)];
}

/** An example where there is one, else what kind of thing belongs there. */
function toWrite(entry: Entry): string {
  const alternatives = entry.anyOf ?? entry.oneOf;
  const example = entry.examples?.[0];
  if (example !== undefined) return code(example) + (alternatives ? kindsBeside(alternatives) : "");
  if (entry.const !== undefined) return code(entry.const);
  if (entry.enum) return entry.enum.map(code).join(", ");
  if (entry.type === "boolean") return `${code(true)}, ${code(false)}`;
  if (entry.type === "object") return "names and values";
  return kindOf(entry);
}

function kindsBeside(alternatives: Entry[]): string {
  return alternatives.flatMap((one) => (one.const === undefined ? [] : [` or ${code(one.const)}`])).join("");
}

function defaultOf({ default: usual }: Entry): string {
  const isEmpty = typeof usual === "object" && usual !== null && Object.keys(usual).length === 0;
  return usual === undefined || isEmpty ? "" : code(usual);
}

/** As it stands in YAML, on one line. */
function code(value: unknown): string {
  return `\`${inYaml(value)}\``;
}

function line(cells: string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
}
