import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { it } from "node:test";
import { promisify } from "node:util";
import { fill, fillAll, renderEnvironment } from "./environment";

const HOSTILE: Record<string, string> = {
  QUOTES: `it's "quoted" ''' \\' '\\''`,
  DOLLAR: "$HOME ${PATH} $(id) $$ $1",
  BACKTICKS: "`id` \\`id\\`",
  LINES: "first\nsecond\r\n\n\tfourth\n",
  UNICODE: "µ → 字 🐘 \u00a0\u2028",
  SPACE: "  both ends  ",
  SIGNS: "!#%&()*;<>?[]{|}~ = \\n \\0 --",
  EMPTY: "",
  EXPORT: "'\nexport EVIL='yes",
  LARGE: "a'$`\n".repeat(20_480),
};

/** The environment of a process that a shell started after it had read the file. */
async function sourced(environment: Record<string, string>): Promise<Record<string, string>> {
  const folder = await mkdtemp(join(tmpdir(), "tidemark-environment-"));
  try {
    await writeFile(join(folder, "environment"), renderEnvironment(environment));
    const script = '. "$0"; exec "$@"';
    const show = "process.stdout.write(JSON.stringify(process.env))";
    const { stdout } = await promisify(execFile)(
      "/bin/sh",
      ["-c", script, join(folder, "environment"), process.execPath, "-e", show],
      { env: {}, maxBuffer: 1e7 },
    );
    return JSON.parse(stdout) as Record<string, string>;
  } finally {
    await rm(folder, { recursive: true });
  }
}

it("hands every value over byte for byte, whatever is in it", async () => {
  assert.ok(HOSTILE.LARGE!.length >= 100 * 1024);
  const seen = await sourced(HOSTILE);
  assert.deepEqual(Object.fromEntries(Object.keys(HOSTILE).map((name) => [name, seen[name]])), HOSTILE);
  const others = Object.keys(seen).filter((name) => !(name in HOSTILE));
  assert.deepEqual(
    others.filter((name) => !["PWD", "SHLVL", "_"].includes(name)),
    [],
  );
});

it("writes names in one order, so that the order in the settings rolls nothing", () => {
  assert.equal(renderEnvironment({ B: "2", A_B: "3", A: "1" }), "export A='1'\nexport A_B='3'\nexport B='2'\n");
  assert.equal(renderEnvironment({ A: "1", B: "2" }), renderEnvironment({ B: "2", A: "1" }));
  assert.equal(renderEnvironment({}), "");
});

it("fills what it knows, leaves what it does not, and fills nothing twice", () => {
  assert.equal(fill("{url}/0 {other} {} {url}", { url: "redis://x" }), "redis://x/0 {other} {} redis://x");
  assert.equal(fill("{a}", { a: "{b} $& $1", b: "no" }), "{b} $& $1");
  assert.deepEqual(fillAll({ A: "{host}:{port}", B: "plain" }, { host: "h", port: "1" }), { A: "h:1", B: "plain" });
});
