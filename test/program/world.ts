import type { PinnedImage, World } from "../../operations/survey";
import { isOwn } from "../../settings/database";
import { keptSeconds } from "../../settings/logs";
import type { Settings } from "../../settings/schema";

/** A host that has every image of these settings, and no edge yet. */
export function worldOf(settings: Settings, other: Partial<World> = {}): World {
  const images = Object.entries(settings.processes).map(([name, process]): [string, PinnedImage] => {
    const image = `${process.image ?? settings.image ?? settings.name}:${process.tag ?? settings.tag}`;
    return [name, { pinned: pinned(image), entrypoint: ["/entry"], cmd: ["serve", "--all"], user: "app" }];
  });
  return {
    host: "unix:///var/run/docker.sock",
    running: {},
    lastFailure: 0,
    images: Object.fromEntries(images),
    own: {
      nginx: pinned("127.0.0.1:5000/tidemark-nginx:1.26"),
      ...(keptSeconds(settings.logs) !== undefined && { logs: pinned("127.0.0.1:5000/tidemark-logs:5.40") }),
      ...(settings.backup && { keeper: pinned("127.0.0.1:5000/tidemark-keeper:0.18") }),
      ...(isOwn(settings.database) && { postgres: pinned("127.0.0.1:5000/tidemark-postgres:17") }),
      ...(Object.keys(settings.redis).length > 0 && { redis: pinned("127.0.0.1:5000/tidemark-redis:8") }),
    },
    root: "/var/lib/docker",
    marks: {},
    restore: {},
    lineage: isOwn(settings.database) ? settings.database.generation : 1,
    foreign: false,
    ...other,
  };
}

export function pinned(image: string): string {
  return `${image}@sha256:${"0123456789abcdef".repeat(4)}`;
}
