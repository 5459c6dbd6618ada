import { readFileSync } from "node:fs";
import * as path from "node:path";
import { loginsOf } from "../components/data/logins";
import { Passwords } from "../components/data/passwords";
import { appEnvironment, composed } from "../components/processes/app-environment";
import { renderEnvironment } from "../components/processes/environment";
import { frameworks } from "../components/processes/frameworks";
import { LAUNCH, launched } from "../components/processes/launched";
import { looking, type Looking } from "../components/release/looking";
import { acceptedAnyway } from "../components/release/accepted";
import { constraints } from "../components/swarm/scope";
import type { Docker } from "../operations/docker";
import { followLog, type Job } from "../operations/job";
import { look, runningNow, type Running } from "../operations/look";
import { OperationError } from "../operations/operation-error";
import { withFiles, type PassingFile } from "../operations/passing";
import { planOf, type Frame, type Plan, type Seen } from "../operations/plan";
import { aheadOf } from "../operations/preflight";
import { dockerHost, survey, type World } from "../operations/survey";
import { isOwn } from "../settings/database";
import { readSettings } from "../settings/load";
import { databaseName, mainProcess } from "../settings/names";
import { Refusal } from "../settings/refusal";
import { splitTag } from "../settings/tag";
import type { Settings } from "../settings/schema";
import { seconds } from "../settings/units";
import { askPulumi, type Project } from "./project";

const PLANNED = "/run/secrets/planned";

/** What a deploy of the settings as they are would do to the stack as it is. */
export async function planStack(project: Project, docker: Docker): Promise<Plan> {
  const settings = await fullSettings(project);
  const { prefix, stack } = project;
  const { world, problems } = await survey(settings, { stack, prefix }, await dockerHost(settings.docker.host));
  if (problems.length > 0) throw new Refusal(`Pulumi.${stack}.yaml`, problems);
  return planOf(frameOf(settings, world, stack), await see(docker, settings, world, prefix));
}

function frameOf(settings: Settings, world: World, stack: string): Frame {
  const { release, database } = settings;
  return {
    stack,
    tag: splitTag(settings.tag).name,
    running: world.running,
    wanted: Object.fromEntries(Object.entries(world.images).map(([name, { pinned }]) => [name, pinned])),
    checks: release.checks.map((argv) => argv.join(" ")),
    accept: release.accept,
    acceptedAnyway: acceptedAnyway(settings),
    onAhead: database === false ? "refuse" : database.onAhead,
  };
}

async function see(docker: Docker, settings: Settings, world: World, prefix: string): Promise<Seen> {
  const main = mainProcess(settings);
  const running = await runningNow(docker, `${prefix}-${main}`);
  const migrate = settings.release.migrate ?? frameworks[settings.framework].migrate ?? false;
  const ask = looking(settings.framework, migrate, { fit: true, sql: true });
  if (!settings.release.preflight) return { unknown: "release.preflight is false, so the image is not asked" };
  if (!ask) return { unknown: "the command that migrates does not say how the image could be asked" };
  if (!running) return { unknown: "nothing runs yet, so there is no database to compare with: all of them" };
  const silent = (): void => undefined;
  try {
    return await withFiles(docker, prefix, files(settings, prefix, ask), async ({ secret, config }) => {
      const job: Job = {
        ...jobOf(settings, prefix, ask, running),
        image: world.images[main]?.pinned ?? "",
        secrets: [...(running.secrets ?? []), ...secret],
        configs: config,
      };
      const found = await look(docker, job, followLog(settings.docker.host), silent);
      const its = { prefix, running: `${prefix}-${main}` };
      return { look: found, ahead: await aheadOf(docker, its, job, found, followLog(settings.docker.host), silent) };
    });
  } catch (error) {
    if (!(error instanceof OperationError)) throw error;
    return { failed: error.message };
  }
}

function jobOf(settings: Settings, prefix: string, ask: Looking, running: Running): Omit<Job, "secrets" | "configs"> {
  // What is planned comes over what runs; the release that runs has only the latter, should it be asked.
  const planned = `[ ! -f ${PLANNED} ] || . ${PLANNED}; exec "$@"`;
  return {
    name: `${prefix}-plan`,
    image: running.image,
    command: launched(["/bin/sh", "-c", planned, "sh", ...ask.command]),
    labels: { "tidemark.stack": prefix, "tidemark.role": "job" },
    networks: [`${prefix}-back`],
    constraints: constraints(settings.placement),
    limitSeconds: seconds(settings.release.limit),
    ...(settings.registry?.username !== undefined && { registryAuth: true }),
  };
}

function files(settings: Settings, prefix: string, ask: Looking): PassingFile[] {
  const launch = readFileSync(path.join(__dirname, "../components/processes/launch.sh"), "utf8");
  const scripts = Object.entries({ ...ask.scripts, [LAUNCH]: launch });
  return [
    { kind: "secret", target: path.posix.basename(PLANNED), text: planned(settings, prefix) },
    ...scripts.map(([target, text]) => ({ kind: "config" as const, target, text })),
  ];
}

/** The environment of the settings, but for servers that run: how they are reached may be about to change. */
function planned(settings: Settings, prefix: string): string {
  const database = databaseName(settings);
  const passwords = new Passwords(settings.secrets.TIDEMARK_KEY ?? "", prefix);
  const login = loginsOf(database, passwords, settings.rotation.database).active;
  const all = Object.entries(appEnvironment(settings, { prefix, database }, passwords, login));
  const servers = composed(settings);
  const own = Object.fromEntries(all.filter(([name]) => !servers.includes(name)));
  const missing = all
    .filter(([name]) => servers.includes(name))
    .map(([name, value]) => `[ -n "\${${name}+is}" ] || ${renderEnvironment({ [name]: value })}`);
  const readOnly = isOwn(settings.database)
    ? `export PGOPTIONS="\${PGOPTIONS-} -c default_transaction_read_only=on"\n`
    : "";
  return renderEnvironment(own) + missing.join("") + readOnly;
}

/** The settings with the secrets in them, which the new image may need to start. */
async function fullSettings(project: Project): Promise<Settings> {
  const file = `Pulumi.${project.stack}.yaml`;
  const text = readFileSync(path.join(project.folder, file), "utf8");
  const values = JSON.parse(await askPulumi(project, ["config", "--show-secrets", "--json"])) as Record<
    string,
    { value?: string; objectValue?: unknown }
  >;
  const get = (key: string): unknown => {
    const found = values[`tidemark:${key}`];
    return found?.objectValue ?? found?.value;
  };
  return readSettings({ file, text, values: { get } });
}
