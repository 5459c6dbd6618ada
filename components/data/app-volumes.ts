import * as pulumi from "@pulumi/pulumi";
import type { PinnedImage } from "../../operations/survey";
import type { Process } from "../../settings/process";
import type { Settings } from "../../settings/schema";
import type { Scripts } from "../processes/runtime";
import type { Scope } from "../swarm/scope";
import { FilledVolume } from "./filled-volume";

export interface AppVolumesArgs {
  scope: Scope;
  settings: Pick<Settings, "volumes" | "media" | "processes">;
  /** Its user owns the volumes. */
  image: PinnedImage;
  scripts: Scripts;
}

const ORDINARY = { driver: "local", options: {}, shared: false, generation: 1 };

/** The application's own volumes: uploads, and those that the settings name. Each has a mark by which it is known. */
export class AppVolumes extends pulumi.ComponentResource {
  /** By the settings' name; `media` is the uploads. */
  readonly all: Record<string, pulumi.Output<string>>;

  constructor(name: string, args: AppVolumesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("tidemark:data:AppVolumes", name, {}, opts);
    const { scope, settings, image, scripts } = args;
    const wanted: Settings["volumes"] = { ...(settings.media && { media: ORDINARY }), ...settings.volumes };
    this.all = Object.fromEntries(
      Object.entries(wanted)
        .sort(([a], [b]) => a.localeCompare(b))
        .map(([its, { driver, options, generation }]) => {
          const live = its === "media" && settings.media ? settings.media.generation : generation;
          const volume = `${scope.prefix}-${its}-g${live}`;
          const job = {
            image: image.pinned,
            user: "0",
            command: [
              "/bin/sh",
              "/tidemark/mark",
              "/tidemark/volume",
              volume,
              userOf(its, settings.processes)?.user ?? image.user,
            ],
            configs: { "/tidemark/mark": scripts.mark },
            ...at(userOf(its, settings.processes)?.placement),
          };
          const filled = new FilledVolume(
            volume,
            { scope, job, path: "/tidemark/volume", driver, options },
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

/** A process that sees the volume; all that do have one placement and, where they name one, one user. */
function userOf(volume: string, processes: Settings["processes"]): Process | undefined {
  return Object.values(processes).find(
    (process) => volume in process.volumes || (volume === "media" && process.kind !== "frontend"),
  );
}

function at(placement: Record<string, string> | undefined): { placement?: Record<string, string> } {
  return placement ? { placement } : {};
}
