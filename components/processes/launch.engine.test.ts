import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { it } from "node:test";
import { execa } from "execa";
import { docker, tryOut, until, type TryOut } from "../../images/try-out";

const limits = { timeout: 120_000 };

/** A server that drops every connection at TERM, as those for websockets do; it sends back each line that it is sent. */
const SERVER = `
$| = 1;
use IO::Socket::INET; use IO::Select;
my $door = IO::Socket::INET->new(LocalPort => 8000, Listen => 5, ReuseAddr => 1) or die "no port";
$SIG{TERM} = sub { print "told to stop\\n"; exit 7 };
my $all = IO::Select->new($door);
print "up\\n";
while (1) {
  for my $one ($all->can_read) {
    if ($one == $door) { $all->add(scalar $door->accept); next }
    if (sysread($one, my $text, 1000)) { syswrite $one, "echo $text" } else { $all->remove($one); close $one }
  }
}`;

interface Scene {
  server: string;
  /** Sends a line over the client's one connection and waits for the server's echo. */
  say(line: string): Promise<void>;
  hangUp(): void;
  terminate(): Promise<void>;
  log(): Promise<string>;
  exitCode(): Promise<string>;
}

/** The server behind the launcher, as Swarm would start it, and a client in another container that is connected to it. */
async function connected(drain: number, body: (scene: Scene) => Promise<void>): Promise<void> {
  const network = `tidemark-try-net-${randomBytes(4).toString("hex")}`;
  await docker(["network", "create", network]);
  try {
    await tryOut("nginx", async (its) => {
      const scripts = await its.secret("launch", readFileSync(join(__dirname, "launch.sh"), "utf8"));
      const server = await its.start(
        [
          "--init",
          "--network",
          network,
          "--network-alias",
          "web",
          "--volume",
          `${scripts}:/tidemark:ro`,
          "--entrypoint",
          "/bin/sh",
        ],
        ["/tidemark/launch", "8000", String(drain), "--", "perl", "-e", SERVER],
      );
      const log = () => docker(["logs", server]);
      await until("a server that is up", 20_000, async () => (await log()).includes("up"));
      const client = await clientOf(its, network);
      try {
        await body({
          server,
          log,
          say: async (line) => {
            client.process.stdin.write(`${line}\n`);
            await until(`the echo of ${line}`, 10_000, async () => client.heard().includes(`echo ${line}\n`));
          },
          hangUp: () => client.process.stdin.end(),
          terminate: async () => void (await docker(["kill", "--signal", "TERM", server])),
          exitCode: () => docker(["wait", server]).then((code) => code.trim()),
        });
      } finally {
        client.process.kill();
        await client.process;
      }
    });
  } finally {
    await docker(["network", "rm", network]);
  }
}

async function clientOf(its: TryOut, network: string) {
  const holder = await its.start(["--network", network, "--entrypoint", "sleep"], ["300"]);
  const connect = 'exec 3<>/dev/tcp/web/8000; cat <&3 & while read -r line; do echo "$line" >&3; done; kill %1';
  const process = execa("docker", ["exec", "--interactive", holder, "bash", "-c", connect], {
    reject: false,
    stdin: "pipe",
  });
  let heard = "";
  process.stdout.setEncoding("utf8").on("data", (text: string) => (heard += text));
  return { process, heard: () => heard };
}

it("keeps a connection alive past the signal, and stops the server when it is closed", limits, () =>
  connected(60, async ({ say, hangUp, terminate, log, exitCode }) => {
    await say("before");
    await terminate();
    for (const line of ["first", "second", "third"]) await say(line);
    assert.doesNotMatch(await log(), /told to stop/);
    hangUp();
    assert.equal(await exitCode(), "7");
    assert.match(await log(), /told to stop/);
  }),
);

it("stops the server when the time to drain is over, though somebody is still connected", limits, () =>
  connected(2, async ({ say, terminate, log, exitCode }) => {
    await say("before");
    const asked = Date.now();
    await terminate();
    assert.equal(await exitCode(), "7");
    assert.ok(Date.now() - asked >= 1_900);
    assert.match(await log(), /told to stop/);
  }),
);

it("stops a server at once that drains for no time", limits, () =>
  connected(0, async ({ say, terminate, exitCode }) => {
    await say("before");
    await terminate();
    assert.equal(await exitCode(), "7");
  }),
);
