// First: from here on files are compiled once, not at every run.
import "./toolchain/loader/register";
import { spawn } from "node:child_process";
import { setImmediate } from "node:timers/promises";
import * as pulumi from "@pulumi/pulumi";
import { scopeOf, scopePrefix } from "./components/swarm/scope";
import { apiAt } from "./operations/api";
import { claim } from "./operations/claim";
import { ending } from "./operations/ledger";
import { inWords } from "./operations/running";
import { dockerHost, survey, type World } from "./operations/survey";
import { planInWords, uploadsInWords } from "./operations/restore-plan";
import { isOwn } from "./settings/database";
import type { Settings } from "./settings/schema";
import { settingsFromPulumi } from "./settings/from-pulumi";
import { Refusal } from "./settings/refusal";
import { printable } from "./toolchain/printable-error";
import { quietSdk } from "./toolchain/quiet-sdk";

/** Settings in, one Application, outputs out. */
export = () => program().catch((error: Error) => Promise.reject(printable(error)));

async function program(): Promise<{ url: string; tag: pulumi.Output<string> }> {
  quietSdk();
  const stack = pulumi.getStack();
  const settings = settingsFromPulumi();
  const prefix = scopePrefix(settings, stack);
  const host = await dockerHost(settings.docker.host);
  const [{ world, problems }, { Application, dockerProvider }] = await Promise.all([
    survey(settings, { stack, prefix }, host),
    components(),
    pulumi.runtime.isDryRun() || hold(host, prefix),
  ]);
  if (problems.length > 0) throw new Refusal(`Pulumi.${stack}.yaml`, problems);

  if (pulumi.runtime.isDryRun()) for (const line of announcement(settings, world)) await pulumi.log.info(line);

  const providers = [dockerProvider(scopeOf(settings, world, stack))];
  const application = new Application(prefix, { settings, world, stack }, { providers });
  return { url: application.url, tag: application.tag };
}

/** Read while Docker answers, for they are most of what there is to load: an import would be read before it is asked. */
async function components() {
  // What was asked is sent by then.
  await setImmediate();
  return {
    ...(require("./components/application") as typeof import("./components/application")),
    ...(require("./components/swarm/provider") as typeof import("./components/swarm/provider")),
  };
}

/** Nobody else works on the stack until this process ends, however it ends. */
async function hold(host: string, prefix: string): Promise<void> {
  const lock = await claim(apiAt(host), prefix, () => {
    console.error(`${prefix} was taken by another run, for this one showed nothing for a minute; it ends here`);
    process.exit(1);
  });
  process.once("exit", () =>
    spawn("docker", ["--host", host, "config", "rm", lock], { detached: true, stdio: "ignore" }).unref(),
  );
}

/** What a preview says first: which images go, which come, and whether that has failed before; and what is restored. */
function announcement({ tag, database, media }: Settings, { restore, ...world }: World): string[] {
  const { marks } = world;
  const data =
    restore.database && isOwn(database) && database.from !== undefined
      ? planInWords(restore.database, { ...database, from: database.from, marks, now: Date.now() })
      : [];
  const uploads = restore.media && media ? [uploadsInWords(restore.media, media.generation)] : [];
  return [...releaseWords(tag, world), ...data, ...uploads];
}

function releaseWords(tag: string, world: Pick<World, "running" | "images" | "failed">): string[] {
  const changes = inWords(world.running, pinned(world));
  const { failed } = world;
  if (failed?.tag !== tag || changes.length === 0) return changes;
  const { number, result, why } = failed;
  return [...changes, `${tag} was tried last as release ${number}: ${ending(result)}${why ? `, ${why}` : ""}`];
}

function pinned({ images }: Pick<World, "images">): Record<string, string> {
  return Object.fromEntries(Object.entries(images).map(([name, image]) => [name, image.pinned]));
}
