import { writeFile } from "node:fs/promises";
import * as path from "node:path";
import { execa } from "execa";
import { setUp } from "../test/set-up";
import { Progress } from "../toolchain/progress";
import { TAGS, type Contender } from "./contender";
import { EMPTY, makeEmpty, removeEmpty, type Pulumi } from "./empty";
import { summary, type Figure } from "./measure";
import { picture } from "./picture";
import { compose, stackDeploy } from "./plain";
import type { Bench } from "./run";
import { Tidemark } from "./tidemark";
import { underLoad } from "./under-load";

const PICTURE = path.resolve(__dirname, "..", "docs", "deploy.svg");

/** How many services a release may have here; the first two are the demo's own. */
const SIZES = [2, 8, 20];

/** A deploy and the way back under load, three ways, on one application and its images; then what only Tidemark is asked. */
export const deploy: Bench = {
  yardstick: "tidemark",
  async run(runs, say) {
    const ground = await setUp(new Progress());
    Object.assign(process.env, ground.env);
    const figures = new Figures(say);
    const tidemark = await Tidemark.fresh();
    try {
      const images = await tidemark.images();
      for (const other of [compose(images), stackDeploy(images)]) await contest(other, runs, figures);
      await changes(tidemark, await tidemark.up(), runs, figures);
      await emptyProgram(runs, figures);
      await sizes(tidemark, runs, figures);
    } finally {
      await tidemark.down();
      await ground.giveUp();
    }
    return figures.summaries();
  },
  async draw(result) {
    await writeFile(PICTURE, picture(result));
    return PICTURE;
  },
};

async function contest(contender: Contender, runs: number, figures: Figures): Promise<void> {
  try {
    await changes(contender, await contender.up(), runs, figures);
  } finally {
    await contender.down();
  }
}

/** Forward and back, again and again; the contender is up, and is left on the release it came with. */
async function changes(contender: Contender, origin: string, runs: number, figures: Figures): Promise<void> {
  for (let run = 1; run <= runs; run++) {
    const both = await underLoad(
      origin,
      [TAGS.new, TAGS.old].map((tag) => () => contender.change(tag)),
    );
    for (const [index, { seconds, failures, outage, slowdown }] of both.entries()) {
      const what = index === 0 ? "deploy" : "rollback";
      figures.add(contender.name, what, seconds);
      figures.add(contender.name, `failures of a ${what}`, failures, "requests");
      figures.add(contender.name, `outage of a ${what}`, outage);
      figures.add(contender.name, `p99 during a ${what} over p99 at rest`, slowdown, "x");
    }
    if (contender instanceof Tidemark) {
      for (const { seconds, roll } of contender.ups.splice(0)) {
        figures.add(contender.name, "outside the roll", seconds - roll);
      }
    }
    figures.add(contender.name, "no-op", await secondsOf(() => contender.nothing()));
    if (contender instanceof Tidemark) contender.ups.splice(0);
  }
}

async function emptyProgram(runs: number, figures: Figures): Promise<void> {
  const env = { PULUMI_BACKEND_URL: `file://${process.cwd()}/.tidemark/state`, PULUMI_CONFIG_PASSPHRASE: "" };
  const pulumi: Pulumi = async (folder, args) =>
    (await execa("pulumi", [...args, "--non-interactive"], { cwd: folder, env, stdin: "ignore" })).stdout;
  await makeEmpty(pulumi);
  try {
    for (let run = 1; run <= runs; run++) {
      const up = (): Promise<unknown> => pulumi(EMPTY, ["up", "--yes", "--skip-preview", "--stack", "empty"]);
      figures.add("empty program", "no-op", await secondsOf(up));
    }
  } finally {
    await removeEmpty(pulumi);
  }
}

/** Web, worker, and so many services that only wait. */
async function sizes(tidemark: Tidemark, runs: number, figures: Figures): Promise<void> {
  const { web, worker } = await tidemark.processes();
  for (const size of SIZES) {
    const idle = Array.from({ length: size - 2 }, (_, nth) => [`idle-${nth + 1}`, IDLE] as const);
    await tidemark.stack.set({ processes: { web, worker, ...Object.fromEntries(idle) } });
    await tidemark.pulumiUp();
    for (let run = 1; run <= runs; run++) {
      await tidemark.change(run % 2 === 1 ? TAGS.new : TAGS.old);
      const { seconds } = tidemark.ups.at(-1) ?? { seconds: NaN };
      figures.add(tidemark.name, `deploy of ${size} services`, seconds);
    }
    await tidemark.change(TAGS.old);
  }
}

/** It counts as healthy while it is connected to the broker. */
const IDLE = {
  kind: "worker",
  command: [
    "python3",
    "-c",
    "import socket, time; it = socket.create_connection(('shop-bench-redis', 6379)); time.sleep(1e9)",
  ],
  resources: { memory: "64m" },
};

async function secondsOf(run: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await run();
  return (performance.now() - started) / 1000;
}

/** Values by subject and figure, in the order in which they first came. */
class Figures {
  private readonly all = new Map<string, { subject: string; figure: string; unit: string; values: number[] }>();

  constructor(private readonly say: (line: string) => void) {}

  add(subject: string, figure: string, value: number, unit = "s"): void {
    const key = `${subject}\n${figure}`;
    const its = this.all.get(key) ?? { subject, figure, unit, values: [] };
    this.all.set(key, its);
    its.values.push(value);
    this.say(`${subject}, ${figure}: ${Number(value.toFixed(2))} ${unit}`);
  }

  summaries(): Figure[] {
    return [...this.all.values()].map(({ subject, figure, unit, values }) => summary(subject, figure, values, unit));
  }
}
