import { createWriteStream } from "node:fs";
import { rm } from "node:fs/promises";
import * as path from "node:path";
import { Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ReadableStream } from "node:stream/web";
import { execa } from "execa";
import type { Progress, Say } from "../progress";
import { makeOnce } from "./make-once";
import { PULUMI_VERSION } from "./pins";

export const DOWNLOAD_HOST = "get.pulumi.com";
const CONNECT_MS = 3_000;
const DOWNLOAD_MS = 15 * 60_000;
const USUAL_SECONDS = 30;

/** Pulumi's own name for this machine's archive; undefined where it publishes none. */
export function archiveUrl(platform: NodeJS.Platform, arch: string): string | undefined {
  const cpu = { x64: "x64", arm64: "arm64" }[arch];
  if (!cpu || (platform !== "linux" && platform !== "darwin")) return undefined;
  return `https://${DOWNLOAD_HOST}/releases/sdk/pulumi-v${PULUMI_VERSION}-${platform}-${cpu}.tar.gz`;
}

/** Why the address cannot be had, or undefined when it can. */
export async function unreachable(url: string): Promise<string | undefined> {
  try {
    const answer = await fetch(url, { method: "HEAD", signal: AbortSignal.timeout(CONNECT_MS) });
    return answer.ok ? undefined : `${DOWNLOAD_HOST} answers ${answer.status}`;
  } catch (error) {
    if (!isNetworkFault(error)) throw error;
    return `${DOWNLOAD_HOST} cannot be reached`;
  }
}

/** Where the archive's programs are kept. */
export function archiveFolder(url: string, cache: string): string {
  return path.join(cache, path.basename(url, ".tar.gz"));
}

/** The folder with the official programs, downloaded once. */
export async function downloaded(url: string, cache: string, progress: Progress): Promise<string> {
  const folder = archiveFolder(url, cache);
  await makeOnce(
    folder,
    (temporary) =>
      progress.step(`Downloading Pulumi ${PULUMI_VERSION}`, USUAL_SECONDS, (say) => fetchAll(url, temporary, say)),
    (holder) => progress.note(`Waiting for ${holder}, which is downloading Pulumi already`),
  );
  return folder;
}

async function fetchAll(url: string, into: string, say: Say): Promise<void> {
  const archive = path.join(into, "archive.tar.gz");
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(DOWNLOAD_MS) });
    if (!answer.ok || !answer.body) throw new DownloadError(`${url} answers ${answer.status}`);
    await pipeline(
      Readable.fromWeb(answer.body as ReadableStream<Uint8Array>),
      counted(say),
      createWriteStream(archive),
    );
  } catch (error) {
    if (isNetworkFault(error)) throw new DownloadError(`${url} broke off (${error.message})`);
    throw error;
  }
  await execa("tar", ["-xzf", archive, "-C", into, "--strip-components=1"]);
  await rm(archive);
}

/** fetch has one error for every network fault, with the reason inside, and another for a time-out. */
function isNetworkFault(error: unknown): error is TypeError | DOMException {
  return error instanceof TypeError || error instanceof DOMException;
}

function counted(say: Say): Transform {
  let bytes = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      say(`${Math.round(bytes / 1e6)} MB`);
      done(null, chunk);
    },
  });
}

/** The download did not come; the engine is then had in another way. */
export class DownloadError extends Error {
  override readonly name = "DownloadError";
}
