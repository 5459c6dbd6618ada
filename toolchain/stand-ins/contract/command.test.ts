import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { Command, type CommandArgs } from "@pulumi/command/local";
import { secret } from "@pulumi/pulumi";
import type { PulumiFn } from "@pulumi/pulumi/automation";

import { Trial } from "./trial";

/** A program of commands whose standard output and error are the stack's outputs. */
function commands(them: Record<string, CommandArgs>): PulumiFn {
  return async () => {
    const made = Object.entries(them).map(([name, args]) => [name, new Command(name, args)] as const);
    return Object.fromEntries(
      made.flatMap(([name, { stdout, stderr }]) => [
        [name, stdout],
        [`${name}Stderr`, stderr],
      ]),
    );
  };
}

it("runs a command with its environment, input, directory and interpreter, and then leaves it alone", () =>
  Trial.run(async (trial) => {
    await mkdir(join(trial.dir, "a place"));
    const program = commands({
      plain: { create: "echo out; echo err >&2; printf 'no newline'" },
      environment: { create: 'printf "%s" "$HOSTILE"', environment: { HOSTILE: "a 'b' \"c\" $d\n`e` é 🌊" } },
      stdin: { create: "cat", stdin: "line one\nline two $HOME" },
      dir: { create: "pwd", dir: join(trial.dir, "a place") },
      interpreter: { create: "console.log(6 * 7)", interpreter: [process.execPath, "-e"] },
      nothing: {},
    });

    const { outputs, changed } = await trial.up(program);
    assert.deepEqual(changed, ["dir", "environment", "interpreter", "nothing", "plain", "stdin"]);
    assert.equal(outputs["plain"]!.value, "out\nno newline");
    assert.equal(outputs["plainStderr"]!.value, "err");
    assert.equal(outputs["environment"]!.value, "a 'b' \"c\" $d\n`e` é 🌊");
    assert.equal(outputs["stdin"]!.value, "line one\nline two $HOME");
    assert.equal(outputs["dir"]!.value, join(trial.dir, "a place"));
    assert.equal(outputs["interpreter"]!.value, "42");

    assert.deepEqual((await trial.refreshedUp(program)).changed, []);
    assert.deepEqual((await trial.preview(program)).changed, []);
  }));

it("shows output while it is produced, as far as logging says so", () =>
  Trial.run(async (trial) => {
    const says = (name: string): string => `echo ${name}-out; echo ${name}-err >&2`;
    const { lines } = await trial.up(
      commands({
        usual: { create: says("usual") },
        both: { create: says("both"), logging: "stdoutAndStderr" },
        stdout: { create: says("stdout"), logging: "stdout" },
        stderr: { create: says("stderr"), logging: "stderr" },
        none: { create: says("none"), logging: "none" },
        long: { create: "i=0; while [ $i -lt 2000 ]; do i=$((i+1)); echo long-$i; done" },
      }),
    );
    const short = lines.filter((line) => !line.startsWith("long-")).sort();
    assert.deepEqual(short, ["both-err", "both-out", "stderr-err", "stdout-out", "usual-err", "usual-out"]);
    const long = lines.filter((line) => line.startsWith("long-"));
    assert.deepEqual(
      long,
      Array.from({ length: 2000 }, (_, index) => `long-${index + 1}`),
    );
  }));

it("updates in place, replaces for a trigger, deletes, and hands on the output before", () =>
  Trial.run(async (trial) => {
    const log = join(trial.dir, "log");
    const told = (word: string): string => `echo "${word} after [$PULUMI_COMMAND_STDOUT]" >> '${log}'; echo ${word}`;
    const read = async (): Promise<string[]> => (await readFile(log, "utf8")).trim().split("\n");

    await trial.up(commands({ one: { create: told("create"), delete: told("delete") } }));
    const again = { create: told("again"), delete: told("delete") };
    assert.deepEqual((await trial.up(commands({ one: again }))).steps["one"], "update");
    const update = { ...again, update: told("update") };
    assert.deepEqual((await trial.up(commands({ one: update }))).steps["one"], "update");
    const forgetful = { ...update, addPreviousOutputInEnv: false };
    assert.deepEqual((await trial.up(commands({ one: forgetful }))).steps["one"], "update");

    const triggered = { ...update, triggers: [1, "two", { three: 3 }] };
    const first = await trial.up(commands({ one: triggered }));
    assert.equal(first.steps["one"], "replace");
    assert.deepEqual((await trial.up(commands({ one: triggered }))).changed, []);
    const preview = await trial.preview(commands({ one: { ...triggered, triggers: [1, "zwei", { three: 3 }] } }));
    assert.equal(preview.steps["one"], "replace");
    assert.deepEqual(preview.differences["one"], ["triggers[1]"]);
    await trial.up(commands({}));

    assert.deepEqual(await read(), [
      "create after []",
      "again after [create]",
      "update after [again]",
      "update after []",
      "again after []",
      "delete after []",
      "delete after [again]",
    ]);
  }));

it("fails with the exit status and what the command said, and keeps the state of before", () =>
  Trial.run(async (trial) => {
    const failing = { create: "echo harmless; echo 'the disk is full' >&2; exit 3" };
    await assert.rejects(trial.up(commands({ one: failing })), /exit status 3[\s\S]*the disk is full/);
    assert.equal((await trial.up(commands({ one: { create: "echo good" } }))).steps["one"], "create");

    await assert.rejects(trial.up(commands({ one: failing })), /exit status 3/);
    assert.deepEqual((await trial.up(commands({ one: { create: "echo good" } }))).changed, []);

    await assert.rejects(trial.up(commands({ one: { create: "true", dir: join(trial.dir, "nowhere") } })), /nowhere/);
    await assert.rejects(trial.up(commands({ one: { create: "true", logging: "loud" as "none" } })), /logging/);
  }));

it("keeps what came as a secret, and what was made of it, out of the state's plain text", () =>
  Trial.run(async (trial) => {
    const hostile = 's3cr\'et "$HOME"\n`back` é';
    const program = commands({
      stdin: { create: "cat", stdin: secret(hostile), logging: "none" },
      environment: { create: 'echo "got $KEY" >&2', environment: { KEY: secret("hidden-key") }, logging: "none" },
      open: { create: "echo open" },
    });
    const { outputs } = await trial.up(program);
    assert.deepEqual(outputs["stdin"], { value: hostile, secret: true });
    assert.deepEqual(outputs["environmentStderr"], { value: "got hidden-key", secret: true });
    assert.deepEqual(outputs["open"], { value: "open", secret: false });
    const state = await trial.state();
    assert.doesNotMatch(state, /s3cr|hidden-key/);
    assert.match(state, /"stdout":\s?"open"/);
    assert.deepEqual((await trial.refreshedUp(program)).changed, []);
    assert.doesNotMatch(await trial.state(), /s3cr|hidden-key/);
  }));

it("takes a megabyte through standard input and back", () =>
  Trial.run(async (trial) => {
    const text = "0123456789abcde\n".repeat(65_536).trimEnd();
    const { outputs } = await trial.up(commands({ one: { create: "cat", stdin: text, logging: "none" } }));
    assert.equal(outputs["one"]!.value, text);
  }));

it("ends the command and its children when the update is cancelled", { timeout: 90_000 }, () =>
  Trial.run(async (trial) => {
    const pids = join(trial.dir, "pids");
    const told = join(trial.dir, "told");
    const abort = new AbortController();
    const create = `trap "echo TERM > '${told}'; exit 1" TERM; sleep 300 & echo $$ $! > '${pids}'; wait`;
    const up = trial.up(commands({ one: { create } }), abort.signal);
    const failed = assert.rejects(up);
    const started = await pidsIn(pids);
    abort.abort();
    await failed;
    await allGone(started);
    assert.equal((await readFile(told, "utf8")).trim(), "TERM");
    await trial.forgive();
  }),
);

it("leaves nothing running when the engine is killed", { timeout: 90_000 }, () =>
  Trial.run(async (trial) => {
    const pids = join(trial.dir, "pids");
    const up = trial.up(commands({ one: { create: `sleep 300 & echo $$ $! $PPID > '${pids}'; wait` } }));
    const failed = assert.rejects(up);
    const started = await pidsIn(pids);
    process.kill(parentOf(started.at(-1)!), "SIGKILL");
    await failed;
    await allGone(started);
    await trial.forgive();
  }),
);

async function pidsIn(file: string): Promise<number[]> {
  for (let waited = 0; waited < 30_000; waited += 100) {
    const text = existsSync(file) ? readFileSync(file, "utf8") : "";
    if (text.endsWith("\n")) return text.trim().split(" ").map(Number);
    await sleep(100);
  }
  throw new Error(`${file}: not written within 30 s, so the command did not start`);
}

async function allGone(pids: number[]): Promise<void> {
  const running = (): number[] => pids.filter((pid) => existsSync(`/proc/${pid}`) && !isZombie(pid));
  for (let waited = 0; waited < 15_000 && running().length > 0; waited += 100) await sleep(100);
  assert.deepEqual(running(), [], "these processes still run after 15 s");
}

function isZombie(pid: number): boolean {
  return statusOf(pid, "State").startsWith("Z");
}

function parentOf(pid: number): number {
  return Number(statusOf(pid, "PPid"));
}

function statusOf(pid: number, field: string): string {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    return new RegExp(`^${field}:\\s*(.*)$`, "m").exec(status)?.[1] ?? "";
  } catch (failure) {
    if ((failure as NodeJS.ErrnoException).code === "ENOENT") return "Z (gone)";
    throw failure;
  }
}
