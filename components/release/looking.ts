import { readFileSync } from "node:fs";
import * as path from "node:path";

/** How a release's image is looked into. */
export interface Looking {
  command: string[];
  /** Path in the container to the small programs that it needs. */
  scripts: Record<string, string>;
}

export interface Ask {
  /** What is wrong with it is looked for too. */
  fit: boolean;
  /** The SQL of what is pending is told too. */
  sql: boolean;
}

export const PYTHON = "/tidemark/python";
const LOOK = "/tidemark/look";

/** Finds out from the command that migrates how the same framework is asked; nothing where that cannot be seen in it. */
export function looking(framework: string, migrate: readonly string[] | false, ask: Ask): Looking | undefined {
  const argv = migrate || (framework === "django" ? DJANGO : []);
  const manage = argv.findIndex((word) => /^(manage\.py|django-admin(\.py)?)$/.test(path.posix.basename(word)));
  if (manage >= 0) return django(argv.slice(0, manage + 1), argv.slice(manage + 1), ask);
  const program = argv.findIndex((word) => /^(alembic|flask)$/.test(path.posix.basename(word)));
  if (program < 0) return framework === "django" ? looking(framework, DJANGO, ask) : undefined;
  const name = path.posix.basename(argv[program] ?? "");
  if (name === "flask" && !argv.includes("db")) return undefined;
  return alembic(argv.slice(0, program), argv[program] ?? "", argv.slice(program + 1), ask);
}

const DJANGO = ["python3", "manage.py", "migrate"];

function django(manage: readonly string[], options: readonly string[], ask: Ask): Looking {
  const asked = { ...ask, database: valueOf(options, "--database") ?? "default" };
  const settings = ["--settings", "--pythonpath"].flatMap((option) => {
    const value = valueOf(options, option);
    return value === undefined ? [] : [option, value];
  });
  return {
    command: [...manage, "shell", ...settings, "--verbosity", "0", "--command", run(asked)],
    scripts: { [LOOK]: program("look-django.py") },
  };
}

function alembic(before: readonly string[], named: string, options: readonly string[], ask: Ask): Looking {
  const asked = { ...ask, program: path.posix.basename(named), arguments: options };
  const isModule = before.at(-1) === "-m";
  const python = isModule ? before.slice(0, -1) : [...before, "/bin/sh", PYTHON, named];
  return {
    command: [...python, "-c", run(asked)],
    scripts: { [LOOK]: program("look-alembic.py"), ...(!isModule && { [PYTHON]: script("python.sh") }) },
  };
}

/** JSON in JSON is a text of Python's. */
function run(asked: object): string {
  const text = JSON.stringify(JSON.stringify(asked));
  return `import json; exec(compile(open("${LOOK}").read(), "${LOOK}", "exec"), {"__name__": "tidemark", "ASKED": json.loads(${text})})`;
}

function valueOf(options: readonly string[], name: string): string | undefined {
  const joined = options.find((word) => word.startsWith(`${name}=`));
  const at = options.indexOf(name);
  return joined?.slice(name.length + 1) ?? (at < 0 ? undefined : options[at + 1]);
}

function program(file: string): string {
  return script("tell.py") + script(file);
}

export function script(file: string): string {
  return readFileSync(path.join(__dirname, file), "utf8");
}
