import { ending, recordsAt, type ReleaseRecord } from "../operations/ledger";
import { apiAt } from "../operations/api";
import { digestIn } from "../operations/release-images";
import { runningImages } from "../operations/running";
import { dockerHost } from "../operations/survey";
import { Progress } from "../toolchain/progress";
import { duration } from "../toolchain/duration";
import { openProject } from "./project";
import type { Verb } from "./verb";

export const releases: Verb = (program) =>
  void program
    .command("releases")
    .description(
      "Every release, the newest first: tag, digest, commit, who, when, how long, migrations, result. * is what runs.",
    )
    .option("--json", "for programs")
    .action(async ({ json }: { json?: boolean }) => {
      const { settings, prefix } = await openProject(program, new Progress());
      const host = await dockerHost(settings.docker.host);
      const api = apiAt(host);
      const [all, running] = await Promise.all([
        recordsAt(api, prefix),
        runningImages(api, prefix, Object.keys(settings.processes)),
      ]);
      const listed = all.map((record) => ({ ...told(record), runs: runs(record, all, running) }));
      if (json) return console.log(JSON.stringify(listed, undefined, 2));
      for (const line of table(listed)) console.log(line);
    });

export interface Told {
  number: number;
  tag: string;
  images: Record<string, string>;
  commit?: string;
  who: string;
  at: string;
  seconds?: number;
  /** Migrations that it ran. */
  migrations: string[];
  result: ReleaseRecord["result"];
  why?: string;
}

/** What of a record people and programs are told: not the specifications in it. */
function told({ services: _, edge: __, secrets: ___, migrations, ...record }: ReleaseRecord): Told {
  return { ...record, migrations: migrations?.ran ?? [] };
}

/** Which processes run a release's images at this moment; of a digest that was released twice, the newest good record says so. */
export function runs(
  record: ReleaseRecord,
  all: readonly ReleaseRecord[],
  running: Readonly<Record<string, string>>,
): string[] {
  const owner = (name: string, image: string): ReleaseRecord | undefined => {
    const having = all.filter(({ images }) => images[name] === image);
    return having.find(({ result }) => result === "good") ?? having[0];
  };
  return Object.entries(running)
    .filter(([name, image]) => owner(name, image)?.number === record.number)
    .map(([name]) => name)
    .sort();
}

export function table(all: readonly (Told & { runs: string[] })[]): string[] {
  if (all.length === 0) return ["No release yet."];
  const processes = Math.max(...all.map((one) => one.runs.length));
  const head = ["", "number", "tag", "digest", "commit", "by", "began", "took", "migrations", "result"];
  const rows = all.map((one) => [
    one.runs.length === 0 ? "" : "*",
    String(one.number),
    one.tag,
    (digestIn(Object.values(one.images)[0]) ?? "").slice(7, 19),
    (one.commit ?? "").slice(0, 7),
    one.who,
    `${one.at.slice(0, 19)}Z`,
    one.seconds === undefined ? "" : duration(one.seconds),
    one.migrations.length === 0 ? "" : String(one.migrations.length),
    [
      ending(one.result),
      ...(one.why ? [`: ${one.why}`] : []),
      ...(one.runs.length > 0 && one.runs.length < processes ? [` (runs: ${one.runs.join(", ")})`] : []),
    ].join(""),
  ]);
  const widths = head.map((_, at) => Math.max(...[head, ...rows].map((row) => row[at]?.length ?? 0)));
  return [head, ...rows].map((row) =>
    row
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}
