// Loads TypeScript from any working directory, and compiles a file only when it has changed: the compiler would be most
// of the time that a program, an operation or a plugin takes to start. Environment variables could configure ts-node as
// well, but every command that such a process runs would inherit them.
const { createHash } = require("node:crypto");
const { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } = require("node:fs");
const { enableCompileCache } = require("node:module");
const { join } = require("node:path");

const root = join(__dirname, "..", "..");
const cache = join(root, "node_modules", ".cache", "tidemark");
const project = join(root, "tsconfig.json");
const versions = ["ts-node", "typescript"].map(
  (name) => require(join(root, "node_modules", name, "package.json")).version,
);
const settings = [process.version, ...versions, readFileSync(project, "utf8")].join("\n");

let compiler;

function compiled(file) {
  const source = readFileSync(file, "utf8");
  const kept = join(cache, `${createHash("sha256").update(settings).update(file).update(source).digest("hex")}.js`);
  if (existsSync(kept)) return readFileSync(kept, "utf8");
  compiler ??= require("ts-node").create({ transpileOnly: true, cwd: root, project });
  const code = compiler.compile(source, file);
  keep(kept, code);
  return code;
}

// Written aside and renamed, for two processes may start at once. A cache that cannot be written costs only time.
function keep(file, code) {
  try {
    mkdirSync(cache, { recursive: true });
    writeFileSync(`${file}.${process.pid}`, code);
    renameSync(`${file}.${process.pid}`, file);
  } catch (failure) {
    if (!["EACCES", "EROFS", "EPERM", "ENOSPC"].includes(failure.code)) throw failure;
  }
}

process.setSourceMapsEnabled(true);
enableCompileCache?.(join(cache, "bytecode"));
require.extensions[".ts"] = (module, file) => module._compile(compiled(file), file);
