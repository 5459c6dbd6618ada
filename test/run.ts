import { glob } from "node:fs/promises";
import * as path from "node:path";
import { finished } from "node:stream/promises";
import { run } from "node:test";
import { spec } from "node:test/reporters";
import { execa } from "execa";
import { duration } from "../toolchain/duration";
import { Progress } from "../toolchain/progress";
import { setUp, type Ground } from "./set-up";

const ROOT = path.resolve(__dirname, "..");
const LOADER = ["--require", path.join(ROOT, "toolchain", "loader", "register.js")];

interface Count {
  passed: number;
  failed: number;
}

interface Part {
  name: string;
  /** Needs Docker, the engine and servers of this machine's. */
  real: boolean;
  /** Run only when it is asked for by name. */
  onRequest?: boolean;
  run(): Promise<Count>;
}

const asked = process.argv.slice(2);
const fast = asked.includes("--fast");

/** In the inner loop each looks only at what has changed since its last look; the whole run believes no cache. */
const CACHE = "node_modules/.cache";
const kept = {
  types: fast ? ["--incremental", "--tsBuildInfoFile", `${CACHE}/types.tsbuildinfo`] : [],
  lint: fast ? ["--cache", "--cache-strategy", "content", "--cache-location", `${CACHE}/eslint/`] : [],
  format: fast ? ["--cache", "--cache-strategy", "content", "--cache-location", `${CACHE}/prettier.json`] : [],
};

/** What `npm test` consists of, in order: what fails soonest comes first. */
const parts: Part[] = [
  {
    name: "types",
    real: false,
    run: () => command("tsc", ["--project", "tsconfig.json", "--noEmit", "--noCheck", "false", ...kept.types]),
  },
  { name: "lint", real: false, run: () => command("eslint", [".", ...kept.lint]) },
  {
    name: "format",
    real: false,
    run: () => command("prettier", ["--check", "--log-level", "warn", ".", ...kept.format]),
  },
  { name: "unit", real: false, run: () => tests(isUnit, 2) },
  { name: "contract", real: true, run: () => tests(isContract, 1) },
  { name: "containers", real: true, run: () => tests(isContainers, 1) },
  { name: "engine", real: true, run: () => tests((file) => isEngine(file) && !isLong(file), 1) },
  { name: "long", real: true, onRequest: true, run: () => tests(isLong, 1) },
];

const isEngine = (file: string): boolean => file.startsWith("test/engine/");
/** They need the machine for themselves, and longer than all others together. */
const isLong = (file: string): boolean => LONG.has(path.basename(file, ".test.ts")) && isEngine(file);
const LONG = new Set([
  // Deploys under load, and all that can become of one.
  ...["day-to-day", "deploys", "fall-back", "foreign-releases", "history", "killed-release", "killed-up", "load"],
  ...["maintenance", "migrations", "migrations-of-alembic", "rotation", "static-files", "tasks", "told", "websockets"],
  // Restores one after the other.
  ...["empty-machine", "in-a-bucket", "killed-restore", "lost-minute", "with-data"],
]);
const isContract = (file: string): boolean =>
  file.startsWith("toolchain/stand-ins/contract/") || file === "toolchain/stand-ins/postgresql/import.test.ts";
const isContainers = (file: string): boolean => file.endsWith(".engine.test.ts") && !isEngine(file);
const isUnit = (file: string): boolean => ![isEngine, isContract, isContainers].some((other) => other(file));

async function command(name: string, args: string[]): Promise<Count> {
  const { exitCode } = await execa(name, args, {
    cwd: ROOT,
    preferLocal: true,
    localDir: ROOT,
    stdio: "inherit",
    reject: false,
  });
  return exitCode === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

async function tests(wanted: (file: string) => boolean, concurrency: number): Promise<Count> {
  const files: string[] = [];
  for await (const file of glob(
    "{bench,cli,components,examples,images,operations,settings,test,toolchain}/**/*.test.ts",
    {
      cwd: ROOT,
    },
  )) {
    if (wanted(file) && chosen(file)) files.push(path.join(ROOT, file));
  }
  const count = { passed: 0, failed: 0 };
  if (files.length === 0) return count;
  const stream = run({ files: files.sort(), concurrency, execArgv: LOADER });
  // A suite is no test itself, but its `before` and `after` can fail; a test that was skipped has shown nothing.
  stream.on("test:pass", ({ details, skip, todo }) => {
    if (skip !== undefined || todo !== undefined) count.failed += 1;
    else if (details.type !== "suite") count.passed += 1;
  });
  stream.on("test:fail", ({ details }) => {
    const error = details.error as { failureType?: string };
    if (details.type !== "suite" || error.failureType !== "subtestsFailed") count.failed += 1;
  });
  const report = new spec();
  stream.pipe(report as NodeJS.ReadWriteStream);
  report.pipe(process.stdout, { end: false });
  await finished(report);
  return count;
}

/** `npm test -- PART…` runs some parts; a path, or a piece of one, some files. */
const names = asked.filter((word) => parts.some(({ name }) => name === word));
const files = asked.filter((word) => !names.includes(word) && word !== "--fast");

function chosen(file: string): boolean {
  return files.length === 0 || files.some((word) => file.includes(word));
}

async function main(): Promise<void> {
  const wanted = parts.filter(({ name, real, onRequest }) =>
    names.length > 0
      ? names.includes(name)
      : files.length > 0
        ? !["types", "lint", "format"].includes(name)
        : !onRequest && !(fast && real),
  );
  const times: string[] = [];
  const total = { passed: 0, failed: 0 };
  let ground: Ground | undefined;
  if (wanted.some(({ real }) => real)) {
    const started = Date.now();
    ground = await setUp(new Progress());
    Object.assign(process.env, ground.env);
    times.push(`  set-up  ${duration((Date.now() - started) / 1000)}`);
  }
  for (const { name, run } of wanted) {
    const started = Date.now();
    const { passed, failed } = await run();
    total.passed += passed;
    total.failed += failed;
    times.push(`  ${name}  ${duration((Date.now() - started) / 1000)}  ${passed} passed, ${failed} failed`);
  }
  await ground?.giveUp();
  console.log(`\nHow long each part took\n${times.join("\n")}\n\n${total.passed} passed, ${total.failed} failed`);
  process.exitCode = total.failed > 0 || total.passed === 0 ? 1 : 0;
}

main().catch((error: unknown) => {
  console.error(error);
  console.log("\n0 passed, 1 failed");
  process.exitCode = 1;
});
