import assert from "node:assert/strict";
import * as path from "node:path";
import { after, before, describe, it } from "node:test";
import { execa, type Options } from "execa";
import { inspect, lines } from "../../operations/docker";
import { eventually } from "./eventually";
import { end } from "./says";
import { Stack } from "./stack";

const CLI = path.resolve(__dirname, "../../cli/tidemark.js");
const SECRET =
  'it\'s a $ecret of "2" lines, 0123456789 abcdefghijklmnop\nfor `b-daily`, as hostile as a shell can wish';

let stack: Stack;
before(async () => {
  stack = await Stack.fresh("b-daily", { tag: "1.0.0", "processes.web.replicas": 1 }, { DJANGO_SECRET_KEY: SECRET });
  await stack.up();
});
after(() => stack.down());

/** As a person types it; without an engine, a passphrase or a state that could be reached. */
function typed(args: readonly string[], options: Options = {}) {
  const nowhere = { PULUMI_BACKEND_URL: "file:///nowhere", PULUMI_CONFIG_PASSPHRASE: "wrong", PULUMI_HOME: "/nowhere" };
  return execa(process.execPath, [CLI, "--stack", stack.name, ...args], {
    cwd: stack.folder,
    env: nowhere,
    stdin: "ignore",
    reject: false,
    ...options,
  });
}

/** Whatever a one-off would leave. */
async function leftBehind(): Promise<string[]> {
  const label = `label=com.docker.swarm.service.name`;
  const services = await lines(stack.docker, ["service", "ls", "--format", "{{.Name}}"]);
  const containers = await lines(stack.docker, ["ps", "--all", "--filter", label, "--format", "{{.Names}}"]);
  return [...services, ...containers].filter((name) => name.startsWith(`${stack.prefix}-run-`));
}

it("shows no change after the first up", async () => assert.deepEqual(await stack.preview(), []));

describe("run", () => {
  it("gives back what a command writes, apart, and its exit code, and leaves nothing", async () => {
    const { stdout, stderr, exitCode } = await typed(["run", "--", "sh", "-c", "echo to out; echo to err >&2; exit 7"]);
    assert.deepEqual([stdout, stderr, exitCode], ["to out", "to err", 7]);
    assert.deepEqual(await leftBehind(), []);
  });

  it("has the environment, the files and the user of the process it stands for", async () => {
    const look =
      "import os; print(repr([os.environ['DJANGO_SECRET_KEY'], os.getuid(), os.path.ismount('/app/media')]))";
    const [web = ""] = await stack.containers("web");
    const script = `. /run/secrets/environment; exec python3 -c "$1"`;
    const its = await stack.docker(["exec", web, "/bin/sh", "-c", script, "sh", look]);
    for (const flags of [[], ["--as", "worker"]]) {
      const { stdout } = await typed(["run", ...flags, "--", "python3", "-c", look]);
      assert.equal(stdout, its, flags.join(" "));
    }
    assert.ok(its.includes("ecret"), its);
  });

  it("is joined to what is piped into it", async () => {
    const { stdout, exitCode } = await typed(["run", "--", "sh", "-c", "wc -c; exit 3"], {
      stdin: "pipe",
      input: "x".repeat(300_000),
    });
    assert.deepEqual([String(stdout).trim(), exitCode], ["300000", 3]);
    assert.deepEqual(await leftBehind(), []);
  });

  it("is joined to a terminal", async () => {
    const inside = `tty; printf '%s ' "$TERM" "\${#DJANGO_SECRET_KEY}"; read -r line; echo "got $line"; exit 5`;
    const command = [process.execPath, CLI, "--stack", stack.name, "run", "--", "sh", "-c", inside];
    const quoted = command.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(" ");
    const { stdout, exitCode } = await execa("script", ["--quiet", "--return", "--command", quoted, "/dev/null"], {
      cwd: stack.folder,
      env: { TERM: "screen" },
      input: "hello\n",
      reject: false,
    });
    assert.match(stdout, /As web, 1\.0\.0 \(sha256:[0-9a-f]{12}\)\. It is removed when you leave\./);
    assert.match(stdout, new RegExp(`/dev/pts/\\d+\\s+screen ${SECRET.length} [\\s\\S]*got hello`));
    assert.equal(exitCode, 5);
    assert.deepEqual(await leftBehind(), []);
  });

  it("ends the command at Ctrl-C, shows what it still says, and leaves nothing", async () => {
    const script = "trap 'echo ended in good order; exit 0' TERM; echo begun; while :; do sleep 0.1; done";
    const running = typed(["run", "--", "sh", "-c", script]);
    await new Promise((resolve) => running.stdout?.once("data", resolve));
    running.kill("SIGINT");
    const { stdout, exitCode } = await running;
    assert.deepEqual([stdout, exitCode], ["begun\nended in good order", 130]);
    assert.deepEqual(await leftBehind(), []);
  });

  it("needs no database for what needs none", async () => {
    const service = `${stack.prefix}-postgres`;
    await stack.docker(["service", "scale", "--detach", `${service}=0`]);
    try {
      await eventually("it is gone", async () =>
        (await stack.containers("postgres")).length === 0 ? true : undefined,
      );
      const { stdout, exitCode } = await typed(["run", "--", "python3", "manage.py", "check"]);
      assert.deepEqual([stdout, exitCode], ["System check identified no issues (0 silenced).", 0]);
    } finally {
      await stack.docker(["service", "scale", "--detach", `${service}=1`]);
    }
  });

  it("refuses a process that there is not, and says why a command cannot be found", async () => {
    const unknown = await typed(["run", "--as", "wep", "--", "true"]);
    assert.deepEqual([unknown.exitCode, /There are beat, web, worker/.test(String(unknown.stderr))], [1, true]);
    const absent = await typed(["run", "--", "no-such-program"]);
    assert.deepEqual([absent.exitCode, /no-such-program/.test(String(absent.stderr))], [127, true]);
  });
});

describe("logs", () => {
  const first = async (): Promise<string> => {
    const [id = ""] = await stack.containers("web");
    const [container] = await inspect<{ Config: { Labels: Record<string, string> } }>(stack.docker, "container", [id]);
    return container?.Config.Labels["com.docker.swarm.task.id"] ?? "";
  };

  it("finds what an earlier release wrote after its tasks are forgotten, each line once", async () => {
    const task = await first();
    await stack.set({ tag: "1.1.0" });
    await stack.up();
    const service = `${stack.prefix}-web`;
    for (let roll = 0; roll < 6; roll++) {
      const former = await first();
      await stack.docker(["service", "update", "--force", "--detach", "--quiet", service]);
      await eventually(
        "it rolled",
        async () => ((await stack.containers("web")).length === 1 && (await first()) !== former ? true : undefined),
        90_000,
      );
    }
    const docker = await execa("docker", ["service", "logs", "--no-trunc", service], { all: true });
    assert.ok(!docker.all.includes(task), "Docker still has it, so nothing is shown");
    const { stdout } = await typed(["logs", "web", "--since", "1h"]);
    const said = String(stdout).split("\n");
    const its = said.filter((line) => line.includes(` web.1.${task.slice(0, 6)} `));
    assert.ok(
      its.some((line) => /Booting worker|Listening at/.test(line)),
      stdout as string,
    );
    assert.ok(
      its.some((line) => /Shutting down|SIGTERM/.test(line)),
      "not to its end",
    );
    assert.deepEqual(
      said,
      [...said].sort((a, b) => a.slice(0, 24).localeCompare(b.slice(0, 24))),
    );
    const tasks = new Set(said.map((line) => line.split(/ +/)[1]));
    assert.ok(tasks.size >= 8, [...tasks].join(" "));
  });

  it("has each line of a running container as often as Docker has it", async () => {
    const [id = ""] = await stack.containers("worker");
    const [container] = await inspect<{ Config: { Labels: Record<string, string> } }>(stack.docker, "container", [id]);
    const task = container?.Config.Labels["com.docker.swarm.task.id"]?.slice(0, 6) ?? "";
    const until = new Date().toISOString();
    const docker = await execa("docker", ["logs", "--timestamps", "--until", until, id], { all: true });
    const { stdout } = await typed(["logs", "worker", "--since", "1h", "--until", until]);
    const own = String(stdout)
      .split("\n")
      .filter((line) => line.includes(`.${task} `));
    // Texts that are indented stay so: all begin at the column where the one farthest to the left does.
    const column = Math.min(...own.map((line) => /^\S+ +\S+ +/.exec(line)?.[0].length ?? 0));
    assert.deepEqual(
      own.map((line) => line.slice(column)).sort(),
      docker.all
        .split("\n")
        .map((line) => line.replace(/^\S+ /, ""))
        .sort(),
    );
    assert.ok(own.length > 3);
  });

  it("has what jobs and one-off commands wrote", async () => {
    const { stdout: jobs } = await typed(["logs", "--since", "1h", "--grep", "Applying orders\\.0001_initial"]);
    assert.match(String(jobs), /^\S+ +migrate\S*\.1\.\w{6} +.*Applying orders\.0001_initial/);
    assert.equal(String(jobs).split("\n").length, 1);
    await typed(["run", "--", "echo", "said once by hand"]);
    const { stdout: run } = await typed(["logs", "run", "--since", "5m", "--grep", "once by hand$"]);
    assert.match(String(run), /^\S+ +run-\w+\.1\.\w{6} +said once by hand$/);
  });

  it("goes on with what comes, and shows the newest alone", async () => {
    const follower = typed(["logs", "run", "--follow", "--lines", "1"], { buffer: false });
    let said = "";
    follower.stdout?.on("data", (data: Buffer) => (said += data.toString()));
    try {
      await eventually("what was there", () => (said.split("\n").length === 2 ? true : undefined), 60_000);
      await typed(["run", "--", "echo", "while somebody follows"]);
      await eventually("what came", () => (said.includes("while somebody follows") ? true : undefined), 60_000);
      assert.equal(said.trimEnd().split("\n").length, 2, end(said));
    } finally {
      follower.kill("SIGINT");
      await follower;
    }
    const [keeper = ""] = await stack.containers("logs");
    await eventually("its reader is gone", async () =>
      (await stack.docker(["top", keeper])).includes("--follow") ? undefined : true,
    );
  });

  it("packs what is old, forgets what is too old, and says how much there is", async () => {
    const day = (before: number): string => new Date(Date.now() - before * 86_400_000).toISOString().slice(0, 10);
    const [keeper = ""] = await stack.containers("logs");
    const line = (its: string) =>
      `{"task":"old.1.abcdef","log":"of ${its}\\n","stream":"stdout","time":"${its}T10:00:00Z"}`;
    for (const its of [day(40), day(10)]) {
      await stack.docker(
        ["exec", "--interactive", keeper, "sh", "-c", `mkdir -p /logs/old && cat > /logs/old/${its}.log`],
        { input: `${line(its)}\n` },
      );
    }
    await stack.docker(["service", "update", "--force", "--detach", "--quiet", `${stack.prefix}-logs`]);
    const files = await eventually(
      "it is packed",
      async () => {
        const [its] = await stack.containers("logs");
        if (its === undefined || its === keeper) return undefined;
        const found = await stack.docker(["exec", its, "ls", "/logs/old"]).catch(() => "");
        return found.endsWith(".gz") ? found : undefined;
      },
      60_000,
    );
    assert.match(files, new RegExp(`^${day(10)}\\.\\d+\\.log\\.gz$`));
    const { stdout } = await typed(["logs", "old", "--since", "60d"]);
    assert.equal(stdout, `${day(10)}T10:00:00.000Z  old.1.abcdef  of ${day(10)}`);
    const status = await typed(["status"]);
    assert.match(
      String(status.stdout),
      new RegExp(`^kept logs: [\\d.]+ MB since ${day(10)}, in volume ${stack.prefix}-logs$`, "m"),
    );
  });

  it("refuses a name that nobody knows", async () => {
    const { stderr, exitCode } = await typed(["logs", "wep"]);
    assert.equal(exitCode, 1);
    assert.match(String(stderr), /^wep {2}Nothing is known of it\. There are beat, edge, .*old, .*web, worker\.$/);
  });
});

describe("ps and scale", () => {
  it("shows each task as Docker has it", async () => {
    const { stdout } = await typed(["ps"]);
    const [head, ...rows] = String(stdout)
      .split("\n")
      .map((line) => line.split(/ {2,}/));
    assert.deepEqual(head, ["process", "task", "node", "image", "state", "since", "restarts", "memory", "cpu"]);
    const here = await stack.docker(["info", "--format", "{{.Name}}"]);
    const found = Object.fromEntries(rows.map(([process = "", , ...rest]) => [process, rest]));
    assert.deepEqual(Object.keys(found), [
      "beat",
      "edge",
      "logs",
      "postgres",
      "postgres-access",
      "redis",
      "web",
      "worker",
    ]);
    const [node, image, state, since = "", restarts, memory = "", cpu = ""] = found["web"] ?? [];
    assert.deepEqual([node, image, state, restarts], [here, "shop:1.1.0", "running", "0"]);
    assert.match(`${since} ${memory} ${cpu}`, /^\d{4}-\d\d-\d\dT[\d:]{8}Z [\d.]+MiB\/512MiB [\d.]+%$/);
  });

  it("counts a restart after a crash", async () => {
    const [worker = ""] = await stack.containers("worker");
    await stack.docker(["kill", worker]);
    await eventually(
      "it runs again",
      async () => {
        const row = String((await typed(["ps"])).stdout)
          .split("\n")
          .find((line) => line.startsWith("worker"));
        return / running +\S+ +1( |$)/.test(row ?? "") ? true : undefined;
      },
      90_000,
    );
  });

  it("refuses to scale, with the setting to change", async () => {
    const { stderr, exitCode } = await typed(["scale", "web=3"]);
    assert.equal(exitCode, 1);
    assert.match(String(stderr), /pulumi config set --path processes\.web\.replicas 3 --stack b-daily$/m);
    assert.equal((await stack.containers("web")).length, 1);
  });
});

it("keeps nothing where that is turned off, leaves what was kept, and shows what Docker has", async () => {
  await stack.set({ "logs.keep": false });
  await stack.up();
  assert.deepEqual(
    await lines(stack.docker, ["service", "ls", "--quiet", "--filter", `name=${stack.prefix}-logs`]),
    [],
  );
  assert.deepEqual(await lines(stack.docker, ["volume", "ls", "--quiet", "--filter", `name=${stack.prefix}-logs`]), [
    `${stack.prefix}-logs`,
  ]);
  const { stdout, stderr } = await typed(["logs", "web", "--lines", "2"]);
  assert.match(String(stdout), /^(\S+Z {2}web\.1\.\w{6} .*\n?){2}$/);
  assert.equal(stderr, "Only what Docker still has is shown: logs.keep is off.");
});
