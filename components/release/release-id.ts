/** A tag can be pushed again, a digest cannot: together they name a release for people and for good. */
export function releaseId(tag: string, pinned: string): string {
  return `${tag}-${pinned.slice(pinned.indexOf("@sha256:") + 8).slice(0, 12)}`;
}
