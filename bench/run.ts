import * as path from "node:path";
import { startup } from "./startup";
import { store, table, type Figure } from "./measure";

export interface Bench {
  /** What the others are compared with. */
  yardstick: string;
  run(runs: number, say: (line: string) => void): Promise<Figure[]>;
}

const benches: Record<string, Bench> = { startup };

/** `npm run bench -- NAME [RUNS]` */
async function main(name: string | undefined, runs = "5"): Promise<void> {
  const bench = benches[name ?? ""];
  if (!bench) throw new Error(`no benchmark ${name ?? ""}; there are: ${Object.keys(benches).join(", ")}`);
  const figures = await bench.run(Number(runs), (line) => console.error(line));
  console.log(table(figures, bench.yardstick));
  console.log(`\nWritten to ${path.relative(process.cwd(), await store(name ?? "", figures))}`);
}

main(process.argv[2], process.argv[3]).catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
