import assert from "node:assert/strict";
import * as path from "node:path";
import { after, before, describe, it } from "node:test";
import { execa } from "execa";
import { taggedCatalogue } from "../../images/context";
import { ensureLocalRegistry } from "../../images/registry";
import { buildImage } from "../../operations/build-image";
import { dockerAt } from "../../operations/docker";
import { processes, type Seen } from "../../operations/survivors";
import { eventually } from "./eventually";
import { OwnEngine } from "./own-engine";
import { Stack } from "./stack";

const SHOP = "127.0.0.1:5000/shop:1.0.0";
const LIMIT_MS = 60_000;

interface Beats {
  beats: { beat: string; count: number; first: string; last: string }[];
}

describe("a Docker daemon that is killed and started again", { timeout: 600_000 }, () => {
  let engine: OwnEngine;
  let stack: Stack;
  before(async () => {
    const { base, nginx, postgres, redis, registry } = await taggedCatalogue();
    const source = path.resolve(__dirname, "../../.tidemark/demo");
    await buildImage(dockerAt(), {
      source,
      tag: "1.0.0",
      context: ".",
      dockerfile: "Dockerfile",
      args: { BASE: base.tag },
      name: SHOP,
      say: () => {},
    });
    engine = await OwnEngine.start();
    await engine.take([...[base, nginx, postgres, redis, registry].map(({ tag }) => tag), SHOP]);
    await ensureLocalRegistry(engine.docker, { image: registry.tag });
    await engine.docker(["push", "--quiet", SHOP], { timeoutMs: 120_000 });
    stack = await Stack.fresh("restart", {}, {}, engine);
    await stack.up();
  });
  after(() => engine.stop());

  it("brings the application back by itself within a minute, with one beat, and nothing to change", async (context) => {
    const heard = await eventually("beat is heard of", async () => (await beats()).at(0));
    assert.equal((await beats()).length, 1);
    assert.equal((await beatProcesses()).length, 1);
    const running = watched();

    const started = Date.now();
    const since = (): string => `${((Date.now() - started) / 1000).toFixed(1)} s`;
    await engine.kill();
    await engine.run();
    context.diagnostic(`the daemon answers after ${since()}`);
    await eventually(
      "the application is ready",
      async () => ((await status("/health/ready/")) === 200 ? true : undefined),
      LIMIT_MS - (Date.now() - started),
    );
    context.diagnostic(`the application is ready after ${since()}`);
    assert.deepEqual(await stack.preview(), []);
    context.diagnostic(`pulumi preview is clean after ${since()}`);
    assert.ok(Date.now() - started < LIMIT_MS, `it took ${since()}`);

    const [before, later, ...more] = await eventually(
      "the new beat is heard of",
      async () => {
        const all = await beats();
        return all.length > 1 && (all.at(-1)?.count ?? 0) > 1 ? all : undefined;
      },
      60_000,
    );
    assert.deepEqual([before?.beat, more], [heard.beat, []]);
    assert.ok((before?.last ?? "") < (later?.first ?? ""), `two at once: ${JSON.stringify([before, later])}`);
    assert.equal(await running.most(), 1, "beats seen running at once");
    assert.equal(await status("/health/detailed/"), 200);
  });

  async function asked(at: string): Promise<{ status: number; text: string }> {
    const program = `fetch(process.argv[1], { signal: AbortSignal.timeout(5000) })
      .then(async (answer) => console.log(JSON.stringify({ status: answer.status, text: await answer.text() })))
      .catch(() => console.log(JSON.stringify({ status: 0, text: "" })))`;
    const [first = "", ...rest] = [...engine.enter, process.execPath, "-e", program, `${stack.url}${at}`];
    return JSON.parse((await execa(first, rest)).stdout) as { status: number; text: string };
  }

  async function status(at: string): Promise<number> {
    return (await asked(at)).status;
  }

  async function beats(): Promise<Beats["beats"]> {
    const { status, text } = await asked("/api/heartbeats/?seconds=600");
    return status === 200 ? (JSON.parse(text) as Beats).beats : [];
  }

  /** Counts beat's processes all the while. */
  function watched(): { most(): Promise<number> } {
    let most = 0;
    let over = false;
    const looking = (async () => {
      while (!over) {
        most = Math.max(most, (await beatProcesses()).length);
        await new Promise((resolve) => setTimeout(resolve, 250));
      }
    })();
    return {
      async most() {
        over = true;
        await looking;
        return most;
      },
    };
  }

  /** Those below the engine's own containers, seen while there is no daemon to ask as well. */
  async function beatProcesses(): Promise<Seen[]> {
    const all = new Map((await processes()).map((one) => [one.pid, one]));
    const isOurs = (one: Seen | undefined): boolean =>
      one !== undefined && (one.argv.some((word) => word.startsWith(engine.folder)) || isOurs(all.get(one.parent)));
    return [...all.values()].filter(
      (one) => one.argv[1]?.endsWith("/celery") && one.argv.includes("beat") && isOurs(one),
    );
  }
});
