import type { Settings } from "../settings/schema";
import { splitTag } from "../settings/tag";
import type { ReleaseRecord } from "./ledger";

/** Which image a process is to run, before its tag is resolved. */
export interface NamedImage {
  image: string;
  /** With its digest, where that is given. */
  tag: string;
  /** The setting that says so. */
  at: string;
}

/**
 * What each process is to run. A digest behind the application's tag is that of its own image: which images of the
 * other processes belong to it, the history knows.
 */
export function releaseImages(
  settings: Pick<Settings, "processes" | "image" | "name" | "tag">,
  history: readonly ReleaseRecord[],
): Record<string, NamedImage> {
  const own = settings.image ?? settings.name;
  const { name, digest } = splitTag(settings.tag);
  const release = digest === undefined ? undefined : history.find((one) => has(one, digest));
  return Object.fromEntries(
    Object.entries(settings.processes).map(([process, its]) => {
      const image = its.image ?? own;
      if (its.tag !== undefined) return [process, { image, tag: its.tag, at: `processes.${process}.tag` }];
      const recorded = digestIn(release?.images[process]);
      const tag = image === own || digest === undefined ? settings.tag : recorded ? `${name}@${recorded}` : name;
      return [process, { image, tag, at: "tag" }];
    }),
  );
}

function has({ images }: ReleaseRecord, digest: string): boolean {
  return Object.values(images).some((pinned) => digestIn(pinned) === digest);
}

/** @example "sha256:9f2c…" of "shop:1.4.1@sha256:9f2c…" */
export function digestIn(pinned: string | undefined): string | undefined {
  return pinned?.split("@")[1];
}
