import * as path from "node:path";
import { deploy } from "./deploy";
import { machine } from "./machine";
import { store, table, type Figure, type Result } from "./measure";
import { startup } from "./startup";

export interface Bench {
  /** What the others are compared with. */
  yardstick: string;
  run(runs: number, say: (line: string) => void): Promise<Figure[]>;
  /** What else is made of a result. Gives the file. */
  draw?(result: Result): Promise<string>;
}

const benches: Record<string, Bench> = { deploy, startup };

/** `npm run bench -- NAME [RUNS]` */
async function main(name: string | undefined, runs = "5"): Promise<void> {
  const bench = benches[name ?? ""];
  if (!bench) throw new Error(`no benchmark ${name ?? ""}; there are: ${Object.keys(benches).join(", ")}`);
  const figures = await bench.run(Number(runs), (line) => console.error(line));
  const result = { machine: await machine(), figures };
  console.log(table(figures, bench.yardstick));
  const files = [await store(name ?? "", result), ...(bench.draw ? [await bench.draw(result)] : [])];
  console.log(`\nWritten to ${files.map((file) => path.relative(process.cwd(), file)).join(" and ")}`);
}

main(process.argv[2], process.argv[3]).catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
