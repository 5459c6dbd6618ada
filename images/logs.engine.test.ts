import assert from "node:assert/strict";
import { it } from "node:test";
import { execa } from "execa";
import { type TryOut, docker, tryOut, until } from "./try-out";

const limits = { timeout: 180_000 };
const DAY = 86_400;
const day = (before: number): string => new Date(Date.now() - before * DAY * 1000).toISOString().slice(0, 10);

/** A folder as Docker has one for each container. */
class Containers {
  constructor(
    private readonly its: TryOut,
    readonly volume: string,
  ) {}

  /** @param digit of which its id is made */
  async made(digit: string, service: string, labels: Record<string, string> = {}): Promise<string> {
    const id = digit.repeat(64);
    const names = {
      "com.docker.swarm.service.name": service,
      "com.docker.swarm.task.name": `${service}.1.task${digit}`,
    };
    const config = {
      State: {},
      Config: { Env: ['X="com.docker.swarm.service.name":"shop-try-web"'], Labels: { ...names, ...labels } },
    };
    await this.in(
      `mkdir -p /v/${id} && cat > /v/${id}/config.v2.json && : > /v/${id}/${id}-json.log`,
      JSON.stringify(config),
    );
    return `/v/${id}/${id}-json.log`;
  }

  async in(line: string, input?: string): Promise<void> {
    await this.its.onVolume(this.volume, line, input);
  }
}

interface Kept {
  task: string;
  log: string;
  stream: string;
  time: string;
}

/** A line as Docker writes it. */
function written(text: string, at = new Date()): string {
  return `${JSON.stringify({ log: `${text}\n`, stream: "stdout", time: at.toISOString() })}\n`;
}

async function trial(body: (world: World) => Promise<void>): Promise<void> {
  await tryOut("logs", async (its) => {
    const containers = new Containers(its, await its.volume());
    await body({ its, containers, logs: await its.volume() });
  });
}

interface World {
  its: TryOut;
  containers: Containers;
  logs: string;
}

function keeper({ its, containers, logs }: World, keep = 30, compress = 7): Promise<string> {
  const flags = [
    "--read-only",
    "--cap-drop",
    "ALL",
    "--network",
    "none",
    "--init",
    "--tmpfs",
    "/tmp",
    "--memory",
    "64m",
  ];
  const volumes = ["--volume", `${containers.volume}:/containers:ro`, "--volume", `${logs}:/logs`];
  const command = ["keep", "shop-try", String(keep * DAY), String(compress * DAY), "shop-try-web", "shop-try-worker"];
  return its.start([...flags, ...volumes], command);
}

async function read(its: TryOut, server: string, ...args: string[]): Promise<Kept[]> {
  const { code, output } = await its.inside(server, ["tidemark-logs", "read", ...args]);
  assert.equal(code, 0, output);
  return output.split("\n").flatMap((line) => (line === "end" || line === "" ? [] : [JSON.parse(line) as Kept]));
}

const texts = (lines: Kept[]): string[] => lines.map(({ log }) => log.trimEnd());

it("keeps what services of the stack and its jobs write, and nothing of others", limits, () =>
  trial(async (world) => {
    const { its, containers } = world;
    const web = await containers.made("a", "shop-try-web");
    const job = await containers.made("b", "shop-try-migrate-job", { "tidemark.stack": "shop-try" });
    const run = await containers.made("c", "shop-try-run-x1", { "tidemark.stack": "shop-try", "tidemark.role": "run" });
    const others = [
      await containers.made("d", "shop-try-two-web", { "tidemark.stack": "shop-try-two" }),
      await containers.made("e", "blog-prod-web"),
    ];
    for (const log of [web, job, run, ...others])
      await containers.in(`cat >> ${log}`, written(`to ${log.slice(3, 4)} "µ"`));
    const server = await keeper(world);
    const lines = await until("three lines", 20_000, async () => {
      const found = await read(its, server);
      return found.length >= 3 && found;
    });
    assert.deepEqual(
      lines.map(({ task, log }) => [task, log]),
      [
        ["migrate-job.1.taskb", 'to b "µ"\n'],
        ["run-x1.1.taskc", 'to c "µ"\n'],
        ["web.1.taska", 'to a "µ"\n'],
      ],
    );
    assert.equal((await its.inside(server, ["tidemark-logs", "list"])).output, "migrate-job\nrun\nweb");
    assert.deepEqual(texts(await read(its, server, "web")), ['to a "µ"']);
  }),
);

it("reads on through rotations, and to the end of a container that is gone", limits, () =>
  trial(async (world) => {
    const { its, containers } = world;
    const log = await containers.made("a", "shop-try-web");
    const three = [1, 2, 3].map((n) => written(`before ${n}`)).join("");
    // As a container that was rotated twice before anybody looked.
    await containers.in(
      `cd $(dirname ${log}) && f=$(basename ${log}) && cat > all && sed -n 1p all > $f.2 && sed -n 2p all > $f.1 && sed -n 3p all > $f`,
      three,
    );
    const server = await keeper(world);
    const has = (count: number) =>
      until(`${count} lines`, 20_000, async () => {
        const found = texts(await read(its, server));
        return found.length >= count && found;
      });
    assert.deepEqual(await has(3), ["before 1", "before 2", "before 3"]);
    await containers.in(`cat >> ${log} && mv ${log}.1 ${log}.2 && mv ${log} ${log}.1`, written("the last of a file"));
    await containers.in(`cat > ${log}`, written("the first of the next"));
    assert.deepEqual((await has(5)).slice(3), ["the last of a file", "the first of the next"]);
    await containers.in(`cat >> ${log} && rm -r $(dirname ${log})`, written("the last of all"));
    assert.deepEqual((await has(6)).slice(5), ["the last of all"]);
  }),
);

it("loses and doubles no line when it is killed while they come", limits, () =>
  trial(async (world) => {
    const { its, containers } = world;
    const log = await containers.made("a", "shop-try-web");
    const server = await keeper(world);
    const count = 6000;
    const script = [
      `my @days = ('${day(1)}', '${day(0)}');`,
      `for my $n (1..${count}) {`,
      `  my $time = sprintf '%sT10:00:00.%09dZ', $days[$n % 2], $n;`,
      `  syswrite STDOUT, qq({"log":"line $n\\\\n","stream":"stdout","time":"$time"}\\n);`,
      `  select undef, undef, undef, 0.002;`,
      `}`,
    ].join("\n");
    let writing = true;
    const writer = containers.in(`perl - >> ${log}`, script).finally(() => (writing = false));
    let kills = 0;
    for (; writing; kills++) {
      await new Promise((resolve) => setTimeout(resolve, 700));
      await docker(["kill", "--signal", "KILL", server]);
      await docker(["start", server]);
    }
    await writer;
    assert.ok(kills >= 5, `${kills} kills`);
    const numbers = await until("all lines", 30_000, async () => {
      const found = texts(await read(its, server)).map((text) => Number(text.slice(5)));
      return found.length >= count && found;
    });
    const times = new Map<number, number>();
    for (const number of numbers) times.set(number, (times.get(number) ?? 0) + 1);
    const wrong = Array.from({ length: count }, (_, n) => n + 1).filter((n) => times.get(n) !== 1);
    assert.deepEqual([wrong.length, wrong.slice(0, 10), numbers.length], [0, [], count]);
  }),
);

it("goes on after a pause where it was, also when the file was rotated meanwhile", limits, () =>
  trial(async (world) => {
    const { its, containers } = world;
    const log = await containers.made("a", "shop-try-web");
    await containers.in(`cat >> ${log}`, written("one", new Date(Date.now() - 2000)));
    const server = await keeper(world);
    await until("the first line", 20_000, async () => (await read(its, server)).length === 1);
    await docker(["stop", server]);
    await containers.in(`cat >> ${log} && mv ${log} ${log}.1`, written("two", new Date(Date.now() - 1000)));
    await containers.in(`cat >> ${log}`, written("three"));
    await docker(["start", server]);
    const lines = await until("all lines", 20_000, async () => {
      const found = await read(its, server);
      return found.length >= 3 && found;
    });
    assert.deepEqual(texts(lines), ["one", "two", "three"]);
  }),
);

it("packs days, lets old ones go, and reads packed ones", limits, () =>
  trial(async (world) => {
    const { its, logs } = world;
    const days = [day(31), day(30), day(9), day(8), day(1)];
    const line = (text: string, its: string): string =>
      `{"task":"web.1.x",${written(text, new Date(`${its}T12:00:00Z`)).slice(1)}`;
    for (const one of days)
      await its.onVolume(logs, `mkdir -p /v/web && cat > /v/web/${one}.log`, line(`of ${one}`, one));
    // As a packing that was killed in the middle.
    await its.onVolume(
      logs,
      `mv /v/web/${day(9)}.log /v/web/${day(9)}.77.log && echo torn > /v/web/${day(9)}.77.log.gz`,
    );
    await its.onVolume(logs, `mkdir -p /v/gone && cat > /v/gone/${day(40)}.log`, line("old", day(40)));
    const server = await keeper(world);
    const names = await until("packed days", 20_000, async () => {
      const found = (await its.inside(server, ["sh", "-c", "ls /logs /logs/web"])).output;
      return !/-\d\d\.\d+\.log$/m.test(found) && found.split(".gz").length === 4 && found;
    });
    assert.deepEqual(
      names.split("\n").map((name) => name.replace(/\.\d+\.log\.gz/, ".N.log.gz")),
      [
        "/logs:",
        "web",
        "",
        "/logs/web:",
        `${day(30)}.N.log.gz`,
        `${day(9)}.N.log.gz`,
        `${day(8)}.N.log.gz`,
        `${day(1)}.log`,
      ],
    );
    assert.deepEqual(
      texts(await read(its, server)),
      days.slice(1).map((one) => `of ${one}`),
    );
    assert.deepEqual(texts(await read(its, server, "--since", day(9), "--until", day(8))), [
      `of ${day(9)}`,
      `of ${day(8)}`,
    ]);
    assert.deepEqual(texts(await read(its, server, "--last", "3", "web")), [
      `of ${day(9)}`,
      `of ${day(8)}`,
      `of ${day(1)}`,
    ]);
    const size = JSON.parse((await its.inside(server, ["tidemark-logs", "size"])).output) as {
      bytes: number;
      since: string;
    };
    assert.equal(size.since, day(30));
    assert.ok(size.bytes > 100);
  }),
);

it("goes on to tell what comes, until nobody listens", limits, () =>
  trial(async (world) => {
    const { its, containers } = world;
    const log = await containers.made("a", "shop-try-web");
    await containers.in(`cat >> ${log}`, written("there before"));
    const server = await keeper(world);
    await until("the first line", 20_000, async () => (await read(its, server)).length === 1);
    const tail = execa("docker", ["exec", "--interactive", server, "tidemark-logs", "read", "--follow"], {
      stdin: "pipe",
      reject: false,
    });
    let said = "";
    tail.stdout.on("data", (data: Buffer) => (said += data.toString()));
    await until("what was there", 20_000, () =>
      Promise.resolve(said.includes("there before") && said.endsWith("end\nnow\n")),
    );
    await containers.in(`cat >> ${log}`, written("came later"));
    await until("what came", 20_000, () => Promise.resolve(said.includes("came later")));
    assert.equal(said.split('"log"').length, 3);
    tail.kill("SIGKILL");
    await tail;
    await until("its end", 20_000, async () => !(await docker(["top", server])).includes("read --follow"));
  }),
);
