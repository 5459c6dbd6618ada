import { seconds, type Duration } from "../../settings/units";

export const LAUNCH = "/tidemark/launch";
export const PROBE = "/tidemark/probe";

/** An image's command behind the launcher. */
export function launched(
  argv: readonly string[],
  more: { marked?: readonly string[]; port?: number; drain?: Duration } = {},
): string[] {
  return [
    ...["/bin/sh", LAUNCH],
    ...(more.marked ?? []).flatMap((path) => ["--volume", path]),
    ...[String(more.port ?? 0), String(seconds(more.drain ?? "0s")), "--"],
    ...argv,
  ];
}
