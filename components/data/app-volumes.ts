import * as pulumi from "@pulumi/pulumi";
import type { PinnedImage } from "../../operations/survey";
import type { Process } from "../../settings/process";
import type { Settings } from "../../settings/schema";
import { mediaTarget } from "../../operations/restore-source";
import type { MediaFrom } from "../../settings/media";
import type { Uploads } from "../backup/uploads";
import type { Scripts } from "../processes/runtime";
import type { JobArgs } from "../swarm/job";
import type { Scope } from "../swarm/scope";
import { FilledVolume } from "./filled-volume";

export interface AppVolumesArgs {
  scope: Scope;
  settings: Pick<Settings, "volumes" | "media" | "processes">;
  /** Its user owns the volumes. */
  image: PinnedImage;
  scripts: Scripts;
  /** Where the uploads are backed up, and the image of who reads that. @default nowhere */
  uploads?: { archive: Uploads; image: string } | undefined;
}

const PLACE = "/tidemark/volume";
/** Many uploads on a slow line. */
const RESTORE_SECONDS = 12 * 3600;
const ORDINARY = { driver: "local", options: {}, shared: false, generation: 1 };

/** The application's own volumes: uploads, and those that the settings name. Each has a mark by which it is known. */
export class AppVolumes extends pulumi.ComponentResource {
  /** By the settings' name; `media` is the uploads. */
  readonly all: Record<string, pulumi.Output<string>>;

  constructor(name: string, args: AppVolumesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("tidemark:data:AppVolumes", name, {}, opts);
    const { scope, settings } = args;
    const wanted: Settings["volumes"] = { ...(settings.media && { media: ORDINARY }), ...settings.volumes };
    this.all = Object.fromEntries(
      Object.entries(wanted)
        .sort(([a], [b]) => a.localeCompare(b))
        .map(([its, { driver, options, generation }]) => {
          const live = its === "media" && settings.media ? settings.media.generation : generation;
          const volume = `${scope.prefix}-${its}-g${live}`;
          const from = its === "media" ? settings.media?.from : undefined;
          const filled = new FilledVolume(
            volume,
            {
              ...{ scope, path: PLACE, driver, options },
              ...(from !== undefined && args.uploads
                ? { job: restored(args, args.uploads, volume, from), descent: { from } }
                : { job: marked(args, its, volume) }),
            },
            { parent: this },
          );
          return [its, filled.name];
        }),
    );
    this.registerOutputs({ all: this.all });
  }

  get media(): pulumi.Output<string> | undefined {
    return this.all.media;
  }
}

/** Empty, and the one that its processes ask for. */
function marked({ scripts, image, settings: { processes } }: AppVolumesArgs, its: string, volume: string): JobArgs {
  const owner = userOf(its, processes)?.user ?? image.user;
  return {
    image: image.pinned,
    user: "0",
    command: ["/bin/sh", "/tidemark/mark", PLACE, volume, owner],
    configs: { "/tidemark/mark": scripts.mark },
    ...at(userOf(its, processes)?.placement),
  };
}

/** As a snapshot has it. */
function restored(
  { scope, settings: { processes } }: AppVolumesArgs,
  { archive, image }: NonNullable<AppVolumesArgs["uploads"]>,
  volume: string,
  from: MediaFrom,
): JobArgs {
  return {
    image,
    user: "0",
    command: ["tidemark-media", "restore", scope.prefix, PLACE, volume, ...mediaTarget(from)],
    secrets: archive.files,
    volumes: archive.mounts,
    ...at(userOf("media", processes)?.placement),
    limitSeconds: RESTORE_SECONDS,
  };
}

/** A process that sees the volume; all that do have one placement and, where they name one, one user. */
function userOf(volume: string, processes: Settings["processes"]): Process | undefined {
  return Object.values(processes).find(
    (process) => volume in process.volumes || (volume === "media" && process.kind !== "frontend"),
  );
}

function at(placement: Record<string, string> | undefined): { placement?: Record<string, string> } {
  return placement ? { placement } : {};
}
