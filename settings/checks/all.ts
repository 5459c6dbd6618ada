import type { Problem } from "../refusal";
import type { Settings } from "../schema";
import type { Leaf } from "../stack-file";
import { backup } from "./backup";
import { database } from "./database";
import { addresses, edge } from "./edge";
import { environment } from "./environment";
import { images } from "./images";
import { leftOver } from "./left-over";
import { maintenance } from "./maintenance";
import { nodes } from "./nodes";
import { beats, endings, processes } from "./processes";
import { redis } from "./redis";
import { rotation } from "./rotation";
import { fileUrls, routes } from "./routes";
import { missingSecrets, plainSecrets, tidemarkKey } from "./secrets";
import { stopped } from "./stopped";
import { tagsAsNumbers } from "./tags";
import { volumes } from "./volumes";

/** What can be seen in the file's own text. */
export function checkLeaves(leaves: readonly Leaf[], stack: string): Problem[] {
  return [leftOver, tagsAsNumbers, plainSecrets].flatMap((check) => check(leaves, stack));
}

/** What can be seen once every default is filled in. */
export function checkSettings(settings: Settings, stack: string): Problem[] {
  const checks = [
    images,
    processes,
    stopped,
    beats,
    endings,
    routes,
    fileUrls,
    edge,
    addresses,
    maintenance,
    database,
    backup,
    redis,
    rotation,
    tidemarkKey,
    missingSecrets,
    environment,
    nodes,
    volumes,
  ];
  return checks.flatMap((check) => check(settings, stack));
}
