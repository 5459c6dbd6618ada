import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import * as path from "node:path";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { Option } from "commander";
import { execa } from "execa";
import { keeperContainer } from "../operations/archive";
import { dockerAt } from "../operations/docker";
import { OperationError } from "../operations/operation-error";
import { dockerHost } from "../operations/survey";
import { databaseName } from "../settings/names";
import { Progress } from "../toolchain/progress";
import { size } from "./backups";
import { openStack } from "./project";
import type { Verb } from "./verb";

const FORMATS = { custom: "dump", plain: "sql", schema: "schema.sql" } as const;
type Format = keyof typeof FORMATS;

interface Flags {
  to: string;
  format: Format;
  uploads?: boolean;
}

export const exportData: Verb = (program) =>
  void program
    .command("export")
    .addOption(
      new Option("--format <format>", "of the database: pg_dump's custom one, SQL, or SQL of the schema alone")
        .choices(Object.keys(FORMATS))
        .default("custom"),
    )
    .option("--to <folder>", "where the files are made", ".")
    .option("--uploads", "a tar of the uploads too")
    .description("Makes files of the data as it is now, for people who want a file. It is not the backup.")
    .action(async ({ to, format, uploads }: Flags) => {
      const { settings, prefix } = await openStack(program, new Progress());
      const host = await dockerHost(settings.docker.host);
      const keeper = await keeperContainer(dockerAt(host), prefix);
      if (uploads && !settings.media)
        throw new OperationError("There are no uploads: the settings have no media. Leave --uploads out.");
      const stamp = new Date()
        .toISOString()
        .replace(/[-:]|\.\d+Z/g, "")
        .replace("T", "-");
      await mkdir(to, { recursive: true });
      const file = (ending: string): string => path.join(to, `${prefix}-${stamp}.${ending}`);
      const inside = ["--host", host, "exec", keeper];
      await stream([...inside, "tidemark-archive", "export", format, databaseName(settings)], file(FORMATS[format]));
      if (uploads) await stream([...inside, ...TAR], file("uploads.tar"));
    });

const TAR = ["tar", "--directory", "/uploads", "--exclude", "./.tidemark-volume", "--create", "--file", "-", "."];

/** Whole or not at all: a half file under its name would be taken for one. */
async function stream(args: readonly string[], file: string): Promise<void> {
  const hash = createHash("sha256");
  let bytes = 0;
  const measured = new Transform({
    transform(chunk: Buffer, _, done) {
      hash.update(chunk);
      bytes += chunk.length;
      done(null, chunk);
    },
  });
  const child = execa("docker", args, {
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
    buffer: { stdout: false },
    reject: false,
  });
  try {
    const [{ exitCode, stderr }] = await Promise.all([
      child,
      pipeline(child.stdout, measured, createWriteStream(`${file}.part`, { mode: 0o600 })),
    ]);
    if (exitCode !== 0) throw new OperationError(`${file} was not made (exit code ${exitCode}):\n  ${stderr}`);
    await rename(`${file}.part`, file);
  } finally {
    await rm(`${file}.part`, { force: true });
  }
  console.log(`${file}  ${size(bytes)}  sha256 ${hash.digest("hex")}`);
}
