import assert from "node:assert/strict";
import { chmod, mkdir, readFile } from "node:fs/promises";
import { it } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { bench, type Bench } from "../../test/program/script";
import { renderEnvironment } from "./environment";

/** Prints its arguments, one a line. */
const SHOW = ["printf", "<%s>\\n"];

/** A server that says when it is up and when it is told to stop, and then leaves with code 7. */
const SERVER = ["/bin/sh", "-c", "trap 'echo stopped; exit 7' TERM; echo up; while :; do /bin/sleep 0.02; done"];

/** As the kernel shows a connection: to port 8000 of this host, from elsewhere or from loopback. */
const line = (remote: string, state = "01", port = "1F40"): string =>
  `   1: 0A000005:${port} ${remote}:D431 ${state} 00000000:00000000\n`;
const ELSEWHERE = line("0A000007");
const HEAD = "  sl  local_address rem_address   st tx_queue rx_queue\n";

/** A `sleep` that counts, and changes the table of connections at its turn. */
async function clock(its: Bench, turns: Record<number, string> = {}): Promise<Record<string, string>> {
  await mkdir(its.at("bin"));
  const cases = Object.entries(turns).map(
    ([turn, table]) => `${turn}) printf '%s' '${table}' >'${its.at("proc/net/tcp")}' ;;`,
  );
  await its.write(
    "bin/sleep",
    `#!/bin/sh\necho "$1" >>'${its.at("slept")}'\nturn=$(($(wc -l <'${its.at("slept")}')))\ncase $turn in ${cases.join(" ")} *) ;; esac\n`,
  );
  await chmod(its.at("bin/sleep"), 0o755);
  return { PATH: `${its.at("bin")}:${process.env.PATH ?? ""}` };
}

/** Starts the server behind the launcher, sends TERM once it is up, and tells how it ended. */
async function stopped(
  its: Bench,
  drain: string,
  env: Record<string, string>,
): Promise<{ exitCode?: number; stdout: string }> {
  const running = its.start(["8000", drain, "--", ...SERVER], env);
  for await (const text of running.stdout) {
    if (!String(text).includes("up")) continue;
    while (!(await catchesTerm(running.pid))) await pause(1);
    running.kill("SIGTERM");
  }
  const { exitCode, stdout } = await running;
  return { ...(exitCode !== undefined && { exitCode }), stdout };
}

/** The launcher sets its trap after it started the command. */
async function catchesTerm(pid: number | undefined): Promise<boolean> {
  const [, caught = "0"] = /^SigCgt:\s+(\S+)$/m.exec(await readFile(`/proc/${pid}/status`, "utf8")) ?? [];
  return ((BigInt(`0x${caught}`) >> 14n) & 1n) === 1n;
}

it("runs the command with its arguments as they are, and ends as it ends", () =>
  bench("launch", async (its) => {
    const odd = ["a b", "", "*", "$HOME", "--", 'it\'s "so"', "two\nlines"];
    assert.equal((await its.start(["0", "0", "--", ...SHOW, ...odd])).stdout, odd.map((one) => `<${one}>`).join("\n"));
    assert.equal((await its.start(["0", "0", "--", "/bin/sh", "-c", "exit 3"])).exitCode, 3);
    assert.equal((await its.start(["8000", "60", "--", "/bin/sh", "-c", "exit 4"])).exitCode, 4);
  }));

it("gives the command the environment of its secret, and leaves none of its own words in it", () =>
  bench("launch", async (its) => {
    await its.write("run/secrets/environment", renderEnvironment({ A: "it's $HOME `id`", B: "" }));
    const { stdout } = await its.start(["0", "0", "--", "/usr/bin/env", "-u", "PWD"], { KEPT: "yes" });
    const names = stdout.split("\n").map((one) => one.split("=")[0]);
    assert.deepEqual(names.filter((name) => !["PATH", "_", "OLDPWD", "SHLVL"].includes(name ?? "")).sort(), [
      "A",
      "B",
      "KEPT",
    ]);
    assert.match(stdout, /^A=it's \$HOME `id`$/m);
  }));

it("starts nothing on a volume without its mark, says which, and does not spin", () =>
  bench("launch", async (its) => {
    const env = await clock(its);
    await mkdir(its.at("marked"));
    await its.write("marked/.tidemark-volume", "media\n");
    await mkdir(its.at("strange"));
    const volumes = ["--volume", its.at("marked"), "--volume", its.at("strange")];
    const { exitCode, stdout, stderr } = await its.start([...volumes, "0", "0", "--", ...SHOW, "ran"], env);
    assert.deepEqual([exitCode, stdout], [78, ""]);
    assert.match(stderr, new RegExp(`tidemark: ${its.at("strange")} is not the volume that this stack filled`));
    assert.equal(await its.read("slept"), "5\n");
    const good = await its.start([...volumes.slice(0, 2), "0", "0", "--", ...SHOW, "ran"], env);
    assert.equal(good.stdout, "<ran>");
  }));

it("hands TERM on at once when nobody is connected, and ends with the command's code", () =>
  bench("launch", async (its) => {
    const env = await clock(its);
    await its.write("proc/net/tcp", HEAD);
    assert.deepEqual(await stopped(its, "60", env), { exitCode: 7, stdout: "up\nstopped" });
    await assert.rejects(its.read("slept"), /ENOENT/);
  }));

it("does not wait for the health check, for a connection on its way out, or for another port", () =>
  bench("launch", async (its) => {
    const env = await clock(its);
    const loopback = ["0100007F", "0000000000000000FFFF00000100007F", "00000000000000000000000001000000"];
    const others = [
      ...loopback.map((address) => line(address)),
      line("0A000007", "06"),
      line("0A000007", "0A"),
      line("0A000007", "01", "1F41"),
    ];
    await its.write("proc/net/tcp", HEAD + others.join(""));
    assert.equal((await stopped(its, "60", env)).exitCode, 7);
    await assert.rejects(its.read("slept"), /ENOENT/);
  }));

for (const table of ["tcp", "tcp6"])
  it(`holds TERM back until nobody from elsewhere is connected (${table})`, () =>
    bench("launch", async (its) => {
      const env = await clock(its, { 3: HEAD });
      const connected = HEAD + (table === "tcp" ? ELSEWHERE : line("0000000000000000FFFF00000700000A"));
      await its.write(`proc/net/${table}`, connected);
      if (table === "tcp6") await its.write("proc/net/tcp", HEAD);
      const { exitCode, stdout } = await stopped(its, table === "tcp" ? "60" : "4", env);
      assert.deepEqual([exitCode, stdout], [7, "up\nstopped"]);
      assert.equal((await its.read("slept")).split("\n").length - 1, table === "tcp" ? 3 : 4);
    }));

it("waits no longer than it may", () =>
  bench("launch", async (its) => {
    const env = await clock(its);
    await its.write("proc/net/tcp", HEAD + ELSEWHERE);
    assert.deepEqual(await stopped(its, "5", env), { exitCode: 7, stdout: "up\nstopped" });
    assert.equal(await its.read("slept"), "1\n".repeat(5));
  }));
