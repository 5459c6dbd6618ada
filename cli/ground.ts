import * as path from "node:path";
import { ensureImages } from "../images/build";
import { taggedCatalogue } from "../images/context";
import { ensureLocalRegistry, push } from "../images/registry";
import { buildImage } from "../operations/build-image";
import { inspect, type Docker } from "../operations/docker";
import { OperationError } from "../operations/operation-error";
import { records } from "../operations/ledger";
import { releaseImages } from "../operations/release-images";
import { pin, qualified, storeOf, type Store } from "../operations/pin";
import { dockerHost } from "../operations/survey";
import { isOwn } from "../settings/database";
import { splitTag } from "../settings/tag";
import { ensureDocker } from "../toolchain/host/docker-host";
import { describeOwner, portOwner } from "../toolchain/host/port-owner";
import { ensureSwarm } from "../toolchain/host/swarm";
import type { Progress } from "../toolchain/progress";
import type { Project } from "./project";

/** What a stack stands on: Docker, its Swarm, our images, and the registry that holds them. */
export interface Ground {
  docker: Docker;
  store: Store;
  /** Docker is on this machine. */
  here: boolean;
}

/** Brings up whatever of the ground is missing; what is there is left as it is. */
export async function prepareGround(project: Project, progress: Progress): Promise<Ground> {
  const { settings } = project;
  const { docker } = await ensureDocker(
    progress,
    settings.docker.host === undefined ? {} : { host: settings.docker.host },
  );
  await ensureSwarm(docker, {
    throwAway: settings.throwAway,
    ...(settings.docker.advertise !== undefined && { advertise: settings.docker.advertise }),
    ...(settings.docker.addressPool !== undefined && { addressPool: settings.docker.addressPool }),
  });
  const host = await dockerHost(settings.docker.host);
  const store = storeOf(settings, host);
  const ground = { docker, store, here: !store.remote };
  await refuseTakenPorts(project, ground);
  if (store.local) await localRegistry(docker, settings.docker.registryPort, progress);
  return ground;
}

/** Builds and stores those of our images that this stack needs and the registry has not got. */
export async function ownImages(project: Project, { docker, store }: Ground, progress: Progress): Promise<void> {
  const { database, backup } = project.settings;
  const wanted = backup ? [...OWN, "keeper" as const] : OWN;
  const extensions = isOwn(database) ? database.extensions : [];
  const tagged = await taggedCatalogue({ extensions });
  const stored = await Promise.all(wanted.map((name) => pin(docker, store, ...repositoryAndTag(tagged[name].tag))));
  const missing = wanted.filter((_, index) => stored[index] === undefined);
  if (missing.length === 0) return;
  const present = await progress.step(`Building ${missing.join(", ")}`, 60, (say) =>
    ensureImages(docker, { images: missing, extensions }, ({ image, state, nth, of }) =>
      say(`${image} ${state} (${nth} of ${of})`),
    ),
  );
  const ours = present.filter(({ name }) => missing.some((its) => its === name));
  await progress.step(`Storing ${missing.join(", ")}`, 15, () =>
    Promise.all(ours.map(({ tag }) => push(docker, tag, store.registry.server))),
  );
}

const OWN = ["logs", "nginx", "postgres", "redis"] as const;

function repositoryAndTag(image: string): [repository: string, tag: string] {
  const [repository = "", tag = ""] = image.split(":");
  return [repository, tag];
}

async function localRegistry(docker: Docker, port: number, progress: Progress): Promise<void> {
  const { registry } = await taggedCatalogue();
  const present = (await inspect(docker, "image", [registry.tag])).length > 0;
  if (!present)
    await progress.step("Building the registry's image", 45, () => ensureImages(docker, { images: ["registry"] }));
  await ensureLocalRegistry(docker, { image: registry.tag, port });
}

async function refuseTakenPorts({ settings, prefix }: Project, { docker, here }: Ground): Promise<void> {
  const { port, tlsPort, tls } = settings.edge;
  const taken = [];
  for (const [setting, its] of [["port", port], ...(tls ? [["tlsPort", tlsPort]] : [])] as [string, number][]) {
    const owner = await portOwner(docker, its, here);
    if (!owner || (owner.kind !== "process" && owner.name === `${prefix}-edge`)) continue;
    if (owner.kind === "process" && (await inspect(docker, "service", [`${prefix}-edge`])).length > 0) continue;
    taken.push(`  edge.${setting}: ${its}  ${describeOwner(owner)} has this port. Stop it, or set another port.`);
  }
  if (taken.length > 0) throw new OperationError(["The edge cannot listen, nothing was touched", ...taken].join("\n"));
}

/** Builds those tags of the settings that are to be built and are not stored yet. */
export async function buildMissing(project: Project, ground: Ground, progress: Progress): Promise<void> {
  for (const { image, tag, build } of builds(project)) {
    // The image of a digest is there, or it is gone: what is built anew has another one.
    if (splitTag(tag).digest !== undefined || (await pin(ground.docker, ground.store, image, tag))) continue;
    await buildTag(project, ground, progress, { image, tag, build });
  }
}

/** Fetches the images that the settings name and the Docker host has not got. */
export async function pullMissing(
  { settings, prefix }: Project,
  { docker, store }: Ground,
  progress: Progress,
): Promise<void> {
  const history = splitTag(settings.tag).digest === undefined ? [] : await records(docker, prefix);
  const all = Object.values(releaseImages(settings, history));
  for (const { image, tag } of new Map(all.map((one) => [`${one.image}:${one.tag}`, one])).values()) {
    const pinned = await pin(docker, store, image, tag);
    if (!pinned || (await inspect(docker, "image", [pinned])).length > 0) continue;
    await progress.step(`Pulling ${image}:${tag}`, 30, () =>
      docker(["pull", "--quiet", pinned], { timeoutMs: 900_000 }),
    );
  }
}

export interface ToBuild {
  image: string;
  tag: string;
  build: NonNullable<Project["settings"]["build"]>;
}

/** Every image that the settings say how to build, once. */
export function builds({ settings }: Project, tag?: string): ToBuild[] {
  const all = new Map<string, ToBuild>();
  if (settings.build) {
    const image = settings.image ?? settings.name;
    all.set(image, { image, tag: tag ?? settings.tag, build: settings.build });
  }
  for (const process of Object.values(settings.processes)) {
    if (!process.build || process.image === undefined) continue;
    all.set(process.image, { image: process.image, tag: tag ?? process.tag ?? settings.tag, build: process.build });
  }
  return [...all.values()];
}

export async function buildTag(
  project: Project,
  { docker, store }: Ground,
  progress: Progress,
  its: ToBuild,
): Promise<string> {
  const { base } = await taggedCatalogue();
  const args = Object.fromEntries(
    Object.entries(its.build.args).map(([name, value]) => [name, value.replace("{base}", base.tag)]),
  );
  const name = `${qualified(its.image, store)}:${its.tag}`;
  const source = path.resolve(project.folder, its.build.source);
  await progress.step(`Building ${its.image}:${its.tag}`, 30, (say) =>
    buildImage(docker, { ...its.build, args, source, tag: its.tag, name, say }),
  );
  await progress.step(`Storing ${its.image}:${its.tag}`, 15, () =>
    docker(["push", "--quiet", name], { timeoutMs: 900_000 }),
  );
  const pinned = await pin(docker, store, its.image, its.tag);
  if (!pinned) throw new OperationError(`${name} was stored, but ${store.registry.server} does not give its digest`);
  return pinned;
}
