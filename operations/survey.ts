import { taggedCatalogue } from "../images/context";
import { extensionProblem } from "../images/extensions";
import { isOwn, type From } from "../settings/database";
import type { MediaFrom } from "../settings/media";
import { keptSeconds } from "../settings/logs";
import type { Problem } from "../settings/refusal";
import type { Settings } from "../settings/schema";
import { splitTag } from "../settings/tag";
import { apiAt } from "./api";
import { dockerAt, DockerError, lines, type Docker } from "./docker";
import { imageFacts, type ImageFacts } from "./image-facts";
import { lastFailure, recordsAt, type ReleaseRecord } from "./ledger";
import { losable } from "./losable";
import { lossProblem, lostVolumes } from "./lost-volumes";
import { maintenancePage } from "./maintenance-page";
import { descents, foreign, rootOf } from "./lineage";
import { pin, storeOf, type Store } from "./pin";
import { releaseImages } from "./release-images";
import { asked, databaseQuestion, type RestorePlan, type UploadsPlan } from "./restore-plan";
import {
  inWords,
  marksOf,
  mediaTarget,
  restorables,
  sourceProblems,
  target,
  type Marks,
  type Restorable,
} from "./restore-source";
import { liveGeneration, liveUploads, runningImages } from "./running";

/** An image and what it says of itself. */
export interface PinnedImage extends Omit<ImageFacts, "shell"> {
  pinned: string;
}

/** What the world says before anything is decided. To look changes nothing. */
export interface World {
  /** Where Docker is. */
  host: string;
  /** Of each process. */
  images: Record<string, PinnedImage>;
  /** What each process runs at this moment. */
  running: Record<string, string>;
  /** Number of the newest release that did not end well; 0 where all did. */
  lastFailure: number;
  /** The newest release, where it did not end well. */
  failed?: Pick<ReleaseRecord, "number" | "tag" | "result" | "why">;
  /** Of the data and of the edge. */
  own: { postgres?: string; redis?: string; nginx: string; logs?: string; keeper?: string };
  /** Docker's own folder on the host. @example "/var/lib/docker" */
  root: string;
  /** Restore points by their names, and where each lies. */
  marks: Marks;
  /** The generation of the database whose roles the live one has. */
  lineage: number;
  /** They came with a backup and are in no state yet. */
  foreign: boolean;
  /** What the declared generations would be restored from; none where they are there, or nobody can say. */
  restore: { database?: RestorePlan; media?: UploadsPlan };
  /** The edge's files as they are. */
  edge?: EdgeSeen;
  /** What visitors see in maintenance, where the settings name a file. */
  page?: string;
}

export interface EdgeSeen {
  hash: string | null;
  serial: string | null;
  static?: string | null;
  maintenance?: { on: boolean; since?: string; because?: string; declared: { on: boolean; serial: string } | null };
}

/** A verb as it is typed for this stack. */
type Typed = (verb: string) => string;

/** @param host as `dockerHost` says */
export async function survey(
  settings: Settings,
  { stack, prefix }: { stack: string; prefix: string },
  host: string,
): Promise<{ world: World; problems: Problem[] }> {
  const docker = dockerAt(host);
  const store = storeOf(settings, host);
  const problems: Problem[] = extensionProblems(settings);
  if (problems.length > 0)
    return {
      world: {
        host,
        images: {},
        running: {},
        lastFailure: 0,
        own: { nginx: "" },
        root: "",
        marks: {},
        lineage: 1,
        foreign: false,
        restore: {},
      },
      problems,
    };
  const typed: Typed = (verb) => `npx tidemark ${verb} --stack ${stack}`;
  const api = apiAt(host);
  const history = recordsAt(api, prefix);
  const volumes = losable(settings, prefix);
  const data = volumes.find(({ setting }) => setting === "database.generation");
  const uploads = volumes.find(({ setting }) => setting === "media.generation");
  const [images, past, running, own, { DockerRootDir: root }, edge, lost, all, live, kept, seen] = await Promise.all([
    processImages(docker, store, settings, history, typed, problems),
    history,
    runningImages(api, prefix, Object.keys(settings.processes)),
    ownImages(docker, store, settings, typed, problems),
    api("GET", "/info") as Promise<{ DockerRootDir: string }>,
    edgeFingerprint(docker, `${prefix}-edge`),
    // With several nodes a volume may well be on another one.
    settings.docker.nodes === 1 ? lostVolumes(api, prefix, volumes) : [],
    data ? descents(api, prefix, data) : [],
    data && liveGeneration(api, data.base),
    uploads && settings.media?.from !== undefined ? descents(api, prefix, uploads) : [],
    settings.media?.from !== undefined ? liveUploads(api, prefix) : undefined,
  ]);
  const { database } = settings;
  const marks = marksOf(past);
  const wanted = restorables(settings);
  const there = { database: { all, live }, media: { all: kept, live: seen } };
  for (const one of wanted) problems.push(...sourceProblems(one, marks, there[one.at].all, there[one.at].live));
  const restore =
    problems.length > 0
      ? {}
      : await planned(
          docker,
          settings,
          prefix,
          marks,
          wanted.filter(({ at, generation }) => !there[at].all.some((one) => one.generation === generation)),
          problems,
        );
  problems.push(...lost.map((one) => lossProblem(one, typed)));
  const page = maintenancePage(settings, problems);
  return {
    world: {
      host,
      images,
      running,
      lastFailure: lastFailure(past),
      own,
      root,
      marks,
      lineage: isOwn(database) ? rootOf(database.generation, database.from !== undefined, all) : 1,
      foreign: isOwn(database) && foreign(database.generation, database.from !== undefined, all),
      restore,
      ...(past[0] && past[0].result !== "good" && { failed: past[0] }),
      ...(edge && { edge }),
      ...(page !== undefined && { page }),
    },
    problems,
  };
}

async function planned(
  docker: Docker,
  { database }: Settings,
  prefix: string,
  marks: Marks,
  wanted: readonly Restorable[],
  problems: Problem[],
): Promise<World["restore"]> {
  const repository = isOwn(database) ? database.repository : undefined;
  const plans = await Promise.all(
    wanted.map(async ({ at, generation, from }) => {
      const question =
        at === "database"
          ? databaseQuestion(prefix, generation, target(from as From, marks), repository)
          : ["tidemark-media", "plan", prefix, ...mediaTarget(from as MediaFrom)];
      const plan = await asked<RestorePlan & UploadsPlan>(docker, prefix, question);
      if (!plan || !("refused" in plan)) return plan && [at, plan];
      const [first = "", ...rest] = plan.refused;
      const fix = rest.map((line) => line.trim()).join(" ");
      problems.push({ at: `${at}.from`, got: inWords(from), why: `${first.replace(/^tidemark: /, "")}.`, fix });
      return undefined;
    }),
  );
  return Object.fromEntries(plans.flatMap((plan) => (plan ? [plan] : []))) as World["restore"];
}

export async function dockerHost(chosen?: string): Promise<string> {
  return (
    chosen ?? process.env.DOCKER_HOST ?? dockerAt()(["context", "inspect", "--format", "{{.Endpoints.docker.Host}}"])
  );
}

function extensionProblems({ database }: Settings): Problem[] {
  if (!isOwn(database)) return [];
  return database.extensions.flatMap((name, index) => {
    const problem = extensionProblem(name);
    return problem ? [{ at: `database.extensions[${index}]`, got: name, ...problem }] : [];
  });
}

async function processImages(
  docker: Docker,
  store: Store,
  settings: Settings,
  history: Promise<readonly ReleaseRecord[]>,
  typed: Typed,
  problems: Problem[],
): Promise<World["images"]> {
  const past = splitTag(settings.tag).digest === undefined ? [] : await history;
  const wanted = Object.entries(releaseImages(settings, past)).map(([name, its]) => ({ name, ...its }));
  const found = new Map<string, Promise<PinnedImage | undefined>>();
  for (const one of wanted) {
    const key = `${one.image}:${one.tag}`;
    if (!found.has(key)) found.set(key, resolve(docker, store, one, settings, typed, problems));
  }
  const entries = await Promise.all(
    wanted.map(async ({ name, image, tag }) => [name, await found.get(`${image}:${tag}`)] as const),
  );
  problems.push(
    ...entries.flatMap(([name, image]) => rootProblem(name, settings.processes[name]?.user ?? image?.user)),
  );
  return Object.fromEntries(entries.filter((entry): entry is [string, PinnedImage] => entry[1] !== undefined));
}

/** A process that can write everything is refused, unless it is asked for by name. */
function rootProblem(name: string, user: string | undefined): Problem[] {
  if (user === undefined || !/^(root|0)?(:|$)/.test(user) || user === "0") return [];
  return [
    {
      at: `processes.${name}.user`,
      got: user === "" ? "nothing, and the image names no user" : user,
      why: "It would run as root.",
      fix: 'Add a USER to the image, or set another user here; "0" if it really must be root.',
    },
  ];
}

async function resolve(
  docker: Docker,
  store: Store,
  { at, image, tag }: { at: string; image: string; tag: string },
  settings: Settings,
  typed: Typed,
  problems: Problem[],
): Promise<PinnedImage | undefined> {
  let pinned: string | undefined;
  try {
    pinned = await pin(docker, store, image, tag);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    problems.push({ at, got: tag, why, fix: `To bring up what Tidemark itself runs: ${typed("up")}` });
    return undefined;
  }
  if (pinned === undefined) {
    const fix = settings.build ? `Build it: ${typed(`build ${tag}`)}` : "Push it, or set a tag that is there.";
    problems.push({ at, got: tag, why: `There is no ${image}:${tag} in ${store.registry.server}.`, fix });
    return undefined;
  }
  const facts = await imageFacts(docker, pinned);
  if (!facts) {
    problems.push({
      at,
      got: tag,
      why: "The Docker host has not got this image yet.",
      fix: `Type: ${typed("up")}, which pulls it; or: docker pull ${pinned}`,
    });
    return undefined;
  }
  if (facts.shell === false) {
    problems.push({
      at,
      got: tag,
      why: `${image} has no /bin/sh, and Tidemark's launcher, which gives a process its environment, needs one.`,
      fix: "Build it on a base that has one, such as debian:trixie-slim or alpine.",
    });
  }
  const { shell: _, ...rest } = facts;
  return { pinned, ...rest };
}

async function ownImages(
  docker: Docker,
  store: Store,
  settings: Settings,
  typed: Typed,
  problems: Problem[],
): Promise<World["own"]> {
  const { database, redis } = settings;
  const tagged = await taggedCatalogue({ extensions: isOwn(database) ? database.extensions : [] });
  const one = async (name: keyof World["own"]): Promise<string> => {
    const [repository = "", tag = ""] = tagged[name].tag.split(":");
    let why = `It is not in ${store.registry.server} yet.`;
    try {
      const pinned = await pin(docker, store, repository, tag);
      if (pinned) return pinned;
    } catch (error) {
      why = error instanceof Error ? error.message : String(error);
    }
    problems.push({ at: `images/${name}`, got: tag, why, fix: `Type: ${typed("images")}` });
    return "";
  };
  const [nginx, postgres, redisImage, logs, keeper] = await Promise.all([
    one("nginx"),
    isOwn(database) ? one("postgres") : undefined,
    Object.values(redis).some((its) => !("external" in its)) ? one("redis") : undefined,
    keptSeconds(settings.logs) === undefined ? undefined : one("logs"),
    settings.backup ? one("keeper") : undefined,
  ]);
  return {
    nginx,
    ...(postgres !== undefined && { postgres }),
    ...(redisImage !== undefined && { redis: redisImage }),
    ...(logs !== undefined && { logs }),
    ...(keeper !== undefined && { keeper }),
  };
}

/** What the edge says of its files; nothing when no edge runs here. */
export async function edgeFingerprint(docker: Docker, service: string): Promise<EdgeSeen | undefined> {
  const [container] = await lines(docker, [
    ...["ps", "--quiet", "--filter", `label=com.docker.swarm.service.name=${service}`],
    ...["--filter", "status=running"],
  ]);
  if (!container) return undefined;
  try {
    return JSON.parse(await docker(["exec", container, "tidemark-edge", "fingerprint"])) as EdgeSeen;
  } catch (error) {
    // It can end between the two questions.
    if (error instanceof DockerError && (error.absent || /is not running/.test(error.said))) return undefined;
    throw error;
  }
}
